"""The claims, one file each: a module-level `claim`, measured when it is run and not before."""
