"""Reports: pages that need nothing but a browser, the pictures on them, and the statistics they quote."""

from homossl.report.accuracy import accuracy_dots
from homossl.report.angles import angle_curves
from homossl.report.curves import Curve, training_curves
from homossl.report.drawing import GREY, png, svg
from homossl.report.fields import views_as_fields
from homossl.report.machine import machine
from homossl.report.orbit import Orbit, orbit_picture
from homossl.report.page import Figure, Page, Settings, Table, Text, Tiles
from homossl.report.pixels import views_as_pixels
from homossl.report.rotations import correlation_picture
from homossl.report.sphere import SphereOrbit, sphere_orbit_picture
from homossl.report.statistics import Interval, interval, paired
from homossl.report.volumes import VolumeOrbit, volume_orbit_picture

__all__ = [
    "GREY",
    "Curve",
    "Figure",
    "Interval",
    "Orbit",
    "Page",
    "Settings",
    "SphereOrbit",
    "Table",
    "Text",
    "Tiles",
    "VolumeOrbit",
    "accuracy_dots",
    "angle_curves",
    "correlation_picture",
    "interval",
    "machine",
    "orbit_picture",
    "paired",
    "png",
    "sphere_orbit_picture",
    "svg",
    "training_curves",
    "views_as_fields",
    "views_as_pixels",
    "volume_orbit_picture",
]
