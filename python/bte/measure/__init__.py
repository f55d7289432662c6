"""The virtual experiment: measure an interface as molecular dynamics and experiments do."""

from bte.measure.fit import Measured
from bte.measure.measure import measure_interface
from bte.measure.profile import Profile
from bte.measure.result import InterfaceMeasurement

__all__ = ["InterfaceMeasurement", "Measured", "Profile", "measure_interface"]
