"""An ordinary CNN, S-TEC: SimCLR and the published inverse model of the crops.

Source: Scherr, Guo & Moraitis 2022 (arXiv 2210.09224) claim it for other data; the setting is ours.
Setting: CNN of 16, 32, 64 and 64 channels; 2000 scenes of 33 x 33 pixels, 15 epochs;
    as SimCLR's, with the binned inverse model at weight 1.
Expected: at or above SimCLR, as the paper claims for all three tasks; no figure could be read.
Cost: 149 s of one core of an AMD EPYC, 85 of them training; the quickest of three seeds, with other work beside it.
"""

from experiments.tables.scenes._base import make

row = make("plain", "stec")
