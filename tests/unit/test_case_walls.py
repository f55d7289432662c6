"""Walls and gradients in case files."""

import pytest

import bte
from bte.case import read_case
from bte.errors import CaseError

FILM = """
[mesh]
line = [0, "100 nm"]
cells = [10]
boundaries = ["left", "right"]
[materials]
domain = "Si"
[boundaries]
{walls}
{more}
"""


def read(tmp_path, walls, more=""):
    path = tmp_path / "case.toml"
    path.write_text(FILM.format(walls=walls, more=more))
    return read_case(path).problem


@pytest.mark.parametrize(
    ("entry", "condition"),
    [
        ('{type = "Rough", specularity = 0.3}', bte.Rough(specularity=0.3)),
        ('{type = "Rough", rms = "0.5 nm"}', bte.Rough(rms=0.5e-9)),
        (
            '{type = "Rough", rms = 1e-10, formula = "ziman paper"}',
            bte.Rough(rms=1e-10, formula="ziman paper"),
        ),
        (
            '{type = "Contact", temperature = "301 K", transmission = 0.4}',
            bte.Contact(301.0, transmission=0.4),
        ),
        (
            '{type = "Contact", temperature = 301, conductance = "100 MW/m2K"}',
            bte.Contact(301.0, conductance=1e8),
        ),
        (
            '{type = "Contact", temperature = 301, resistance = "10 m2K/GW"}',
            bte.Contact(301.0, resistance=1e-8),
        ),
    ],
)
def test_walls(tmp_path, entry, condition):
    problem = read(tmp_path, f'left = {entry}\nright = {{type = "Diffuse"}}')
    assert problem.boundaries["left"] == condition


def test_periodic_walls(tmp_path):
    entry = 'left = {type = "Periodic", partner = "right", temperature_difference = "2 K"}'
    problem = read(tmp_path, entry)
    assert problem.boundaries["left"] == bte.Periodic("right", 2.0)
    assert problem.boundaries["right"] == bte.Periodic("left", -2.0)


def test_gradients(tmp_path):
    walls = 'left = {type = "Diffuse"}\nright = {type = "Diffuse"}'
    problem = read(tmp_path, walls, '[gradient]\ny = "1 K/um"\nz = -2.5e6')
    assert problem.gradient == {"y": pytest.approx(1e6), "z": -2.5e6}


@pytest.mark.parametrize(
    ("walls", "more", "sentence"),
    [
        ('left = {type = "Rough"}', "", r"exactly one of 'specularity', 'rms', found none"),
        ('left = {type = "Rough", specularity = 2}', "", "must lie in .0, 1., not 2"),
        ('left = {type = "Contact", temperature = 300}', "", "exactly one of 'transmission'"),
        (
            'left = {type = "Contact", temperature = 300, resistance = "1 W/m2K"}',
            "",
            r"\[boundaries.left\] resistance '1 W/m2K' has the unit",
        ),
        ('left = {type = "Periodic"}', "", r"\[boundaries.left\] has no 'partner'"),
        ('left = {type = "Periodic", partner = "rihgt"}', "", "did you mean 'right'"),
        ('left = {type = "Rought"}', "", "did you mean 'Rough'"),
        ('left = {type = "Periodic", partner = "right"}', "[gradient]\nx = 1.0", "'x' is along a"),
        ('left = {type = "Periodic", partner = "right"}', '[gradient]\ny = "1 K"', "'1 K' has the"),
    ],
)
def test_sentences(tmp_path, walls, more, sentence):
    with pytest.raises(CaseError, match=sentence):
        read(tmp_path, walls, more)
