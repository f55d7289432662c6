#include <pybind11/stl.h>

#include <algorithm>
#include <optional>

#include "bindings/arrays.hpp"
#include "bte/require.hpp"
#include "bte/transport/prepare.hpp"
#include "bte/transport/sweep.hpp"

namespace bte::bindings {
namespace {

using transport::Plan;
using transport::SweepInput;
using transport::SweepResult;
using transport::Transport;
using doubles = array<double>;
using ints = array<std::int32_t>;
using longs = array<std::int64_t>;
using bytes = array<std::uint8_t>;

template <class T>
std::vector<T> copy(const array<T>& a) {
  return {a.data(), a.data() + a.size()};
}

Plan geometry(const doubles& node_points, const longs& offsets, const doubles& face_vector,
              const doubles& volume, const ints& zone, const ints& neighbour,
              const bytes& matching_vertex) {
  require(face_vector.ndim() == 3, "face_vector must have shape (cell, face, dim)");
  require(matching_vertex.ndim() == 3, "matching_vertex must have shape (cell, face, vertex)");
  Plan plan;
  plan.n_cell = static_cast<std::int32_t>(face_vector.shape(0));
  plan.n_face = static_cast<int>(face_vector.shape(1));
  plan.dim = static_cast<int>(face_vector.shape(2));
  plan.n_vertex = static_cast<int>(matching_vertex.shape(2));
  plan.n_node = static_cast<std::int32_t>(node_points.size() / plan.dim);
  require(offsets.size() == plan.n_cell + 1 && offsets.at(plan.n_cell) == plan.n_node,
          "offsets must run over the nodes of all cells");
  require(volume.size() == plan.n_cell && zone.size() == plan.n_cell,
          "volume and zone must hold one value per cell");
  require(neighbour.size() == plan.n_cell * plan.n_face, "neighbour must have shape (cell, face)");
  require(matching_vertex.size() == neighbour.size() * plan.n_vertex,
          "matching_vertex must have shape (cell, face, vertex)");
  plan.first_node.assign(offsets.data(), offsets.data() + offsets.size());
  plan.face_vector = copy(face_vector);
  plan.volume = copy(volume);
  plan.zone = copy(zone);
  plan.neighbour = copy(neighbour);
  plan.matching_vertex = copy(matching_vertex);
  transport::check_elements(plan);
  plan.shapes = transport::make_shapes(plan, view(node_points));
  transport::renumber(plan, view(node_points));
  return plan;
}

void add_directions(Plan& plan, const doubles& direction, const doubles& weight) {
  require(direction.ndim() == 2 && direction.shape(1) == plan.dim,
          "direction must have shape (ordinate, dim)");
  require(weight.size() == direction.shape(0), "weight must hold one value per ordinate");
  plan.n_ordinate = static_cast<std::int32_t>(direction.shape(0));
  plan.direction = copy(direction);
  plan.weight = copy(weight);
}

void add_lanes(Plan& plan, const doubles& inverse_mfp, const doubles& scattering,
               const doubles& energy, const doubles& flux, const doubles& lane_source,
               const ints& band, std::int32_t n_band, std::optional<bool> wavefront) {
  const auto rank = inverse_mfp.ndim();
  require(rank == 2 || (rank == 3 && inverse_mfp.shape(0) == plan.n_ordinate),
          "inverse_mfp must have shape (zone, lane) or (ordinate, zone, lane)");
  plan.n_zone = static_cast<std::int32_t>(inverse_mfp.shape(rank - 2));
  plan.n_lane = static_cast<std::int32_t>(inverse_mfp.shape(rank - 1));
  plan.n_band = n_band;
  require(plan.n_lane % transport::lane_block == 0, "lanes must be padded to a multiple of 8");
  for (const doubles* table : {&scattering, &energy, &flux, &lane_source}) {
    require(table->size() == inverse_mfp.size(), "lane tables must have the shape of inverse_mfp");
  }
  require(band.size() == plan.n_lane, "band must hold one value per lane");
  plan.lanes = {plan.n_lane,       rank == 3 ? plan.n_zone : 0,
                copy(inverse_mfp), copy(scattering),
                copy(energy),      copy(flux),
                copy(lane_source)};
  const std::int32_t real = transport::count_lanes(plan.lanes);
  plan.wave_lanes =
      wavefront.value_or(transport::prefers_wavefronts(plan, real)) ? std::max(real, 1) : 0;
  plan.lanes_single = transport::to_single(plan.lanes);
  plan.band = copy(band);
  plan.band.resize(plan.lanes_single.width, 0);
}

void add_traces(Plan& plan, const ints& side_trace_row, const ints& trace_read,
                const ints& trace_write, const bytes& trace_face, const bytes& trace_vertex) {
  plan.n_side = static_cast<std::int32_t>(side_trace_row.size());
  require(trace_read.size() == trace_write.size() && trace_read.size() % plan.n_ordinate == 0,
          "trace tables must have shape (row, ordinate)");
  plan.side_trace_row = copy(side_trace_row);
  plan.trace_read = copy(trace_read);
  plan.trace_write = copy(trace_write);
  plan.trace_face = copy(trace_face);
  require(trace_vertex.ndim() == 2 && trace_vertex.shape(0) * plan.n_ordinate == trace_read.size(),
          "trace_vertex must have shape (row, face vertex)");
  require(trace_vertex.shape(1) == plan.n_face_vertex,
          "trace_vertex must have as many columns as the widest face has vertices");
  plan.trace_vertex = copy(trace_vertex);
  plan.n_mirror = plan.n_trace();
}

py::tuple sweep(const Transport& self, const doubles& temperature, const doubles& source,
                const doubles& emission, const doubles& traces, bool full, int threads,
                bool single) {
  SweepInput input{view(temperature), view(source), view(emission), view(traces), full,
                   threads,           single};
  SweepResult r;
  {
    py::gil_scoped_release release;  // only spans and the core's own memory are touched
    r = self.sweep(input);
  }
  const Plan& plan = self.plan();
  const auto nodes = static_cast<py::ssize_t>(r.scattering.size());
  const auto energies = static_cast<py::ssize_t>(r.energy.size());
  const py::ssize_t sides = plan.n_side, bands = plan.n_band;
  const py::ssize_t n_trace = plan.n_trace(), dim = plan.dim, lanes = plan.n_lane;
  const py::ssize_t vertices = plan.n_face_vertex;
  return py::make_tuple(move_out(std::move(r.scattering), {nodes}),
                        move_out(std::move(r.outflow), {sides, vertices, bands}),
                        move_out(std::move(r.traces), {n_trace, vertices, lanes}),
                        move_out(std::move(r.energy), {energies}),
                        move_out(std::move(r.flux), {energies, dim}));
}

// (cut, 2): ordinate and reading cell * n_face + face of every lagged face, in trace order
py::array_t<std::int64_t> cuts(const Transport& self) {
  const Plan& plan = self.plan();
  const py::ssize_t n = plan.n_trace() - plan.n_mirror;
  std::vector<std::int64_t> rows(static_cast<std::size_t>(2 * n));
  for (std::int32_t o = 0; o < plan.n_ordinate; ++o) {
    for (const transport::Cut& cut : self.schedule().cuts_in[o]) {
      rows[2 * (cut.trace - plan.n_mirror)] = o;
      rows[2 * (cut.trace - plan.n_mirror) + 1] =
          plan.cell_of[cut.reader / plan.n_face] * std::int64_t(plan.n_face) +
          cut.reader % plan.n_face;
    }
  }
  return move_out(std::move(rows), {n, 2});
}

}  // namespace

void bind_transport(py::module_& m) {
  py::class_<Transport>(m, "Transport", "Upwind sweeps of all ordinates over one mesh.")
      .def(py::init([](const doubles& node_points, const longs& offsets, const doubles& face_vector,
                       const doubles& volume, const ints& zone, const ints& neighbour,
                       const bytes& matching_vertex, const doubles& direction,
                       const doubles& weight, const doubles& inverse_mfp, const doubles& scattering,
                       const doubles& energy, const doubles& flux, const doubles& lane_source,
                       const ints& band, std::int32_t n_band, const ints& side_trace_row,
                       const ints& trace_read, const ints& trace_write, const bytes& trace_face,
                       const bytes& trace_vertex, std::optional<bool> wavefront) {
             Plan plan = geometry(node_points, offsets, face_vector, volume, zone, neighbour,
                                  matching_vertex);
             add_directions(plan, direction, weight);
             add_lanes(plan, inverse_mfp, scattering, energy, flux, lane_source, band, n_band,
                       wavefront);
             add_traces(plan, side_trace_row, trace_read, trace_write, trace_face, trace_vertex);
             if (plan.wave_lanes > 0) transport::find_upwind_nodes(plan);
             py::gil_scoped_release release;  // ordering touches the plan alone
             return std::make_unique<Transport>(std::move(plan));
           }),
           py::kw_only(), py::arg("node_points").noconvert(), py::arg("offsets").noconvert(),
           py::arg("face_vector").noconvert(), py::arg("volume").noconvert(),
           py::arg("zone").noconvert(), py::arg("neighbour").noconvert(),
           py::arg("matching_vertex").noconvert(), py::arg("direction").noconvert(),
           py::arg("weight").noconvert(), py::arg("inverse_mfp").noconvert(),
           py::arg("scattering").noconvert(), py::arg("energy").noconvert(),
           py::arg("flux").noconvert(), py::arg("lane_source").noconvert(),
           py::arg("band").noconvert(), py::arg("n_band"), py::arg("side_trace_row").noconvert(),
           py::arg("trace_read").noconvert(), py::arg("trace_write").noconvert(),
           py::arg("trace_face").noconvert(), py::arg("trace_vertex").noconvert(),
           py::arg("wavefront") = py::none())
      .def("sweep", &sweep, py::arg("temperature").noconvert(), py::arg("source").noconvert(),
           py::arg("emission").noconvert(), py::arg("traces").noconvert(), py::arg("full") = false,
           py::arg("threads") = 0, py::arg("single") = false,
           "Return scattering moment, outflow, traces, energy moment and flux moment.")
      .def_property_readonly("cuts", &cuts)
      .def_property_readonly("wavefront",
                             [](const Transport& t) { return t.plan().wave_lanes > 0; })
      .def_property_readonly("n_trace", [](const Transport& t) { return t.plan().n_trace(); })
      .def_property_readonly("n_slot", &Transport::n_slot)
      .def_property_readonly("memory", &Transport::memory)
      .def_static("instruction_set", &Transport::instruction_set)
      .def_static("add_products", &Transport::add_products, py::arg("rounds"),
                  py::arg("single") = false,
                  "Multiply and add in registers alone; return the number of operations done.");
}

}  // namespace bte::bindings
