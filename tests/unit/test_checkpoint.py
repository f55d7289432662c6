"""An interrupted solve keeps what it has, and the next one goes on from there."""

import numpy as np
import pytest

import bte
from gray import gray, slab, strip


def interrupting(after):
    """Return a callback that presses Ctrl-C after so many sweeps."""

    def callback(sweep, *_):
        if sweep == after:
            raise KeyboardInterrupt

    return callback


def test_an_interrupted_solve_goes_on(tmp_path):
    path = tmp_path / "kept.npz"
    problem = strip(1.0, (12, 4), 1.0)
    whole = problem.solve(tolerance=1e-9)
    with pytest.raises(KeyboardInterrupt):
        problem.solve(tolerance=1e-9, checkpoint=path, callback=interrupting(10))
    assert path.exists()
    rest = problem.solve(tolerance=1e-9, checkpoint=path)
    assert not path.exists()
    assert rest.converged
    assert rest.iterations < whole.iterations
    assert rest.temperature == pytest.approx(whole.temperature, abs=1e-7)


def test_an_interrupt_in_a_sweep_keeps_the_krylov_update(tmp_path, monkeypatch):
    from bte.solvers.discrete import Discrete

    path = tmp_path / "kept.npz"
    sweeps, original = [], Discrete.apply

    def apply(self, x):
        sweeps.append(1)
        if len(sweeps) == 15:
            raise KeyboardInterrupt
        return original(self, x)

    problem = strip(1.0, (12, 4), 1.0)
    first = problem.solve(tolerance=1e-9).residuals[0]
    monkeypatch.setattr(Discrete, "apply", apply)
    with pytest.raises(KeyboardInterrupt):
        problem.solve(tolerance=1e-9, checkpoint=path)
    monkeypatch.undo()
    assert problem.solve(tolerance=1e-9, checkpoint=path).residuals[0] < 1e-2 * first


def test_a_restart_keeps_the_temperature_scale(tmp_path):
    """Where only sources heat, the tolerance refers to what they reach, also after a restart."""
    path = tmp_path / "kept.npz"
    mesh = bte.Mesh.line([0, 1e-7], 20)
    cold = {"left": bte.Isothermal(300.0), "right": bte.Isothermal(300.0)}
    problem = bte.Problem(mesh, {"domain": gray(0.05)}, cold, sources={"domain": 1e15})
    whole = problem.solve(tolerance=1e-9)
    with pytest.raises(KeyboardInterrupt):
        problem.solve(tolerance=1e-9, checkpoint=path, callback=interrupting(whole.iterations - 1))
    rest = problem.solve(tolerance=1e-9, checkpoint=path)
    assert rest.iterations <= 4


def test_without_a_checkpoint_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        slab(0.1, 10).solve(callback=interrupting(3))
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_of_another_problem_is_refused(tmp_path):
    path = tmp_path / "kept.npz"
    with pytest.raises(KeyboardInterrupt):
        slab(0.1, 10).solve(checkpoint=path, callback=interrupting(3))
    with pytest.raises(bte.BteError, match="belongs to another problem"):
        slab(0.2, 10).solve(checkpoint=path)
    assert path.exists()


@pytest.mark.parametrize(
    ("wall", "other"),
    [
        (bte.Rough(specularity=0.5), bte.Rough(specularity=0.6)),
        (bte.Contact(300.5, transmission=0.5), bte.Contact(300.5, transmission=0.6)),
        (bte.Contact(300.5, conductance=1e8), bte.Contact(300.5, conductance=2e8)),
    ],
)
def test_a_checkpoint_with_another_wall_is_refused(tmp_path, wall, other):
    path = tmp_path / "kept.npz"
    with pytest.raises(KeyboardInterrupt):
        strip(1.0, (4, 2), 1.0, side=wall).solve(checkpoint=path, callback=interrupting(3))
    with pytest.raises(bte.BteError, match="belongs to another problem"):
        strip(1.0, (4, 2), 1.0, side=other).solve(checkpoint=path)


def test_a_damaged_checkpoint_is_refused(tmp_path):
    path = tmp_path / "kept.npz"
    path.write_bytes(b"not an archive")
    with pytest.raises(bte.BteError, match="damaged"):
        slab(0.1, 10).solve(checkpoint=path)
    np.savez(path, other=1)
    with pytest.raises(bte.BteError, match="damaged"):
        slab(0.1, 10).solve(checkpoint=path)
