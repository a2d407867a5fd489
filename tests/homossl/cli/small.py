"""A recipe of real parts that trains in a second."""

from groups import Cyclic, SemidirectProduct, Translation
from homossl.credit import Backprop
from homossl.data import Digits
from homossl.encoders import CNN
from homossl.objectives import MLP, InfoNCE
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.views import FeatureFibre, Near, Window

recipe = Recipe(
    name="small",
    data=Digits(9),
    group=SemidirectProduct(Translation(2), Cyclic(4)),
    encoder=CNN(fields=(1, 2), steps=(1, 2)),
    views=FeatureFibre(motion=Near((2.0, 1.6)), window=Window(1)),
    objective=InfoNCE(projector=MLP(16, 8)),
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(),
    schedule=Cosine(),
    epochs=1,
    batch_size=600,
)
