"""Steps set side by side in one run: time, memory and rates of ours, of escnn, of plain networks and of others."""
