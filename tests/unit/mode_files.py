"""Folders and files of modes in the layouts of other programs, written from known modes."""

import shutil
from pathlib import Path

import h5py
import numpy as np

from bte.materials.equilibrium import mode_heat_capacity
from bte.materials.importers.structure import read_structure

DATA = Path(__file__).resolve().parents[1] / "data"
TERA = 2e12 * np.pi
CONTROL = """&allocations
    nelements=1, natoms=2, ngrid(:)={n} {n} {n}
&end
&crystal
    lfactor=0.271678001500,   ! nm
    lattvec(:,1)=0.0 1.0 1.0,
    lattvec(:,2)=1.0 0.0 1.0,
    lattvec(:,3)=1.0 1.0 0.0,
    elements="Si" types=2*1,
    positions(:,1)=0.00 0.00 0.00, positions(:,2)=3*0.25,
    scell(:)=3 3 3
/
&parameters
    T=300
&end
&flags
    isotopes=.TRUE.
&end
"""

POSCAR = """Si, conventional cell
5.43356003
1 0 0
0 1 0
0 0 1
Si
8
Direct
0 0 0
0 .5 .5
.5 0 .5
.5 .5 0
.25 .25 .25
.25 .75 .75
.75 .25 .75
.75 .75 .25
"""


def changed(tmp_path, source, edit, name="kappa.hdf5"):
    """Return a copy of a file after `edit(file)`."""
    path = tmp_path / name
    shutil.copy(source, path)
    with h5py.File(path, "r+") as file:
        edit(file)
    return path


def put(file, key, values):
    del file[key]
    file[key] = values


class Silicon:
    """The irreducible modes of the fixture at 11^3 points and 300 K, and their sums."""

    def __init__(self):
        with h5py.File(DATA / "kappa-Si-m111111.hdf5") as file:
            self.q, self.weight = file["qpoint"][:], file["weight"][:]
            self.omega = np.abs(file["frequency"][:]) * TERA
            self.v = file["group_velocity"][:] * 100.0
            gamma = file["gamma"][1] + file["gamma_isotope"][:]
        self.rate = 4e12 * np.pi * gamma
        self.structure = read_structure(DATA / "phono3py-Si.yaml")
        self.lattice = self.structure.lattice
        self.points = 1331
        self.volume = self.structure.volume * self.points
        self._expand()

    def _expand(self):
        """Take one rotation to each point of every star."""
        rotations = self.structure.rotations()
        turn = np.rint(self.lattice @ rotations @ np.linalg.inv(self.lattice)).astype(int)
        self.full = {}
        for i, q in enumerate(np.rint(self.q * 11).astype(int)):
            for image, rotation in zip(turn @ q, rotations, strict=True):
                key = tuple((image % 11).tolist())
                self.full.setdefault(key, (i, self.v[i] @ rotation.T))
        assert len(self.full) == self.points
        keys = sorted(self.full, key=lambda k: k[::-1])
        self.q_full = np.array(keys) / 11
        self.equivalent = np.array([self.full[k][0] for k in keys])
        self.v_full = np.stack([self.full[k][1] for k in keys])

    def capacity(self, temperature=300.0):
        """Return C of each irreducible mode for one point [J/m3/K]."""
        each = mode_heat_capacity(np.maximum(self.omega, 1.0), temperature) / self.volume
        each[0, :3] = 0.0
        return each

    def total(self):
        return float(np.sum(self.capacity() * self.weight[:, None]))

    def conductivity(self):
        """Return the tensor of all points with the velocities `v_full`."""
        tau = np.divide(1.0, self.rate, where=self.rate > 0, out=np.zeros_like(self.rate))
        share = (self.capacity() * tau)[self.equivalent]
        return np.einsum("qb,qbi,qbj->ij", share, self.v_full, self.v_full)


def by_band(values):
    """Return rows in which the point runs first, then the band."""
    return np.swapaxes(values, 0, 1).reshape(values.shape[0] * values.shape[1], -1)


def write_shengbte(folder, si, full=False, control=False, two_column=True, combined=True):
    """Write the files that ShengBTE writes; those of the temperature go to T300K."""
    sub = folder / "T300K"
    sub.mkdir(parents=True)
    n = len(si.q)
    index = np.arange(1, n + 1)
    real = "%20.10E"
    reciprocal = 2.0 * np.pi * np.linalg.inv(si.lattice).T * 1e-9
    lines = (" ".join(f"{x:18.12f}" for x in row) for row in reciprocal)
    names = ("# nm-1,b1", "# nm-1,b2", "# nm-1,b3")
    text = "\n".join(f"{line}   {name}" for line, name in zip(lines, names, strict=True))
    (folder / "BTE.ReciprocalLatticeVectors").write_text(text + "\n")
    table = np.column_stack([index, index, si.weight, si.q])
    np.savetxt(folder / "BTE.qpoints", table, "%9d %9d %9d " + " ".join([real] * 3))
    np.savetxt(folder / "BTE.omega", si.omega * 1e-12, real)
    np.savetxt(folder / "BTE.v", by_band(si.v) * 1e-3, real)

    def rates(path, values):
        both = np.column_stack([by_band(si.omega[..., None]), by_band(values[..., None])])
        np.savetxt(path, both * 1e-12 if two_column else values * 1e-12, real)

    if combined:
        rates(sub / "BTE.w", si.rate)
    else:
        rates(sub / "BTE.w_anharmonic", 0.75 * si.rate)
        rates(folder / "BTE.w_isotopic", 0.25 * si.rate)
    tensor = si.conductivity().ravel()
    steps = np.column_stack([[0, 1], np.stack([tensor, 1.1 * tensor])])
    np.savetxt(sub / "BTE.kappa_tensor", steps, "%9d " + " ".join([real] * 9))
    (sub / "BTE.cv").write_text(f"{si.total():14.5E}\n")
    (folder / "BTE.cvVsT").write_text(f"{300.0:7.1f} {si.total():14.5E}\n")
    if full:
        count = np.arange(1, si.points + 1)
        table = np.column_stack([count, si.equivalent + 1, si.q_full])
        np.savetxt(folder / "BTE.qpoints_full", table, "%9d %9d " + " ".join([real] * 3))
        np.savetxt(folder / "BTE.v_full", by_band(si.v_full) * 1e-3, real)
    if control:
        (folder / "CONTROL").write_text(CONTROL.format(n=11))
    return folder


def write_almabte(path, si, digits=12):
    """Write what phononinfo writes: all points, all branches."""
    rows = []
    capacity = si.capacity()
    for nq, (q, i, v) in enumerate(zip(si.q_full, si.equivalent, si.v_full, strict=True)):
        for b in range(6):
            rate = si.rate[i, b]
            tau = 0.0 if i == 0 and b < 3 else 1.0 / rate
            values = (*q, si.omega[i, b], capacity[i, b], tau, *v[b])
            rows.append(f"{nq},{b}," + ",".join(f"{x:.{digits}g}" for x in values))
    header = "nq,nbranch,qa[-],qb[-],qc[-],omega[rad/s],C[J/m^3-K],tau[s],vx[m/s],vy[m/s],vz[m/s]"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def openbte_arrays(si):
    """Return the arrays of an rta file."""
    rate = si.rate[si.equivalent]
    tau = np.divide(1.0, rate, where=rate > 0, out=np.zeros_like(rate))
    tau[si.equivalent == 0, :3] = 0.0
    return {
        "scattering_time": tau.ravel(),
        "heat_capacity": si.capacity()[si.equivalent].ravel(),
        "group_velocity": si.v_full.reshape(-1, 3),
        "frequency": (si.omega / (2 * np.pi))[si.equivalent].ravel(),
        "thermal_conductivity": si.conductivity(),
    }
