#pragma once
// What a sweep needs to know, as plain arrays: built once, read by every kernel.

#include <cstdint>
#include <vector>

#include "bte/mesh/elements.hpp"

namespace bte::transport {

constexpr int lane_block = 8;     // the caller pads lanes to this multiple
constexpr int single_block = 16;  // and the tables in single precision are padded to this one

// What one lane of one zone is, in the precision of the intensity; in anisotropic crystals also of
// one ordinate: a table has n_zone rows, or n_zone for every ordinate.
template <class T>
struct LaneTables {
  std::int32_t width = 0;          // lanes of a row, padded to whole packs
  std::int32_t ordinate_rows = 0;  // rows from one ordinate to the next: n_zone, or 0
  std::vector<T> inverse_mfp;      // (row, width) 1/(Lambda s)
  std::vector<T> scattering;       // w C v / Lambda
  std::vector<T> energy;           // w C
  std::vector<T> flux;             // w s C v
  std::vector<T> lane_source;      // factor of the lane-resolved source

  std::int64_t row(std::int32_t ordinate, std::int32_t zone) const {
    return (std::int64_t(ordinate) * ordinate_rows + zone) * width;
  }
  std::int64_t rows() const {
    return width == 0 ? 0 : static_cast<std::int64_t>(inverse_mfp.size()) / width;
  }
};

// The integrals of cells that are no affine image of their reference cell, shared by congruent
// cells: for one shape of N vertices with K faces
//   streaming (dim, N, N), mass (N, N), faces (K, dim, max_face_vertices, max_face_vertices).
struct Shapes {
  std::vector<std::int32_t> of_cell;  // (cell) where its table starts, -1: closed forms; or empty
  std::vector<double> values;

  const double* table(std::int32_t cell) const {
    return of_cell.empty() || of_cell[cell] < 0 ? nullptr
                                                : &values[std::int64_t(of_cell[cell]) * stride];
  }
  static constexpr std::int64_t stride = 8;  // tables start at multiples of this
};

// A cell face is numbered cell * n_face + face in the tables of cells; the faces that do not lead
// straight into a neighbour (walls, interfaces, mirrors) carry a *side* number of their own,
// stored as neighbour = -1 - side. Tables are padded to the widest cell and face of the mesh.
struct Plan {
  int dim = 0;
  int n_face = 0;         // most faces of a cell
  int n_vertex = 0;       // most vertices of a cell
  int n_face_vertex = 0;  // most vertices of a face
  std::int32_t n_cell = 0;
  std::int32_t n_node = 0;
  std::int32_t n_zone = 0;
  std::int32_t n_side = 0;
  std::int32_t n_ordinate = 0;
  std::int32_t n_band = 0;
  std::int32_t n_lane = 0;      // padded to lane_block
  std::int32_t wave_lanes = 0;  // lanes of weight where sweeps go by wavefronts, else 0
  std::int32_t n_mirror = 0;    // traces declared by the caller; those of cut faces follow

  // the caller's numbering
  std::vector<std::int32_t> cell_of;        // (cell) its number there
  std::vector<std::int32_t> first_node_of;  // (cell) its first node there

  // geometry
  std::vector<std::int32_t> first_node;       // (cell + 1)
  std::vector<double> face_vector;            // (cell, face, dim) mean outward normal times area
  std::vector<double> volume;                 // (cell)
  std::vector<std::int32_t> zone;             // (cell)
  std::vector<std::int32_t> neighbour;        // (cell, face)
  std::vector<std::uint8_t> matching_vertex;  // (cell, face, vertex): the neighbour's local vertex
  Shapes shapes;
  // by wavefronts: where in the intensity of an ordinate each vertex of each face finds its upwind
  // trace, and which faces are sides
  std::vector<std::int32_t> upwind_node;  // (cell, face, vertex)
  std::vector<std::uint8_t> outer_faces;  // (cell)

  // directions
  std::vector<double> direction;  // (ordinate, dim)
  std::vector<double> weight;     // (ordinate), sums to one

  // lanes
  LaneTables<double> lanes;
  LaneTables<float> lanes_single;
  std::vector<std::int32_t> band;  // (lane)

  // traces: mirrors come from the caller, cut faces from the ordering
  std::vector<std::int32_t> side_trace_row;  // (side) row in the tables below, -1: emission
  std::vector<std::int32_t> trace_read;      // (row, ordinate) trace that feeds this ordinate, -1
  std::vector<std::int32_t> trace_write;     // (row, ordinate) trace this ordinate fills, -1
  std::vector<std::uint8_t> trace_face;      // (trace) local face of the cell that reads it
  std::vector<std::uint8_t> trace_vertex;    // (row, face vertex) where in the trace it is written

  int vertices(std::int32_t cell) const { return first_node[cell + 1] - first_node[cell]; }
  const Element& element(std::int32_t cell) const { return *find_element(dim, vertices(cell)); }
  std::int32_t n_trace() const { return static_cast<std::int32_t>(trace_face.size()); }
};

// A face of a cyclic dependency: `reader` gets last iteration's values through a trace.
struct Cut {
  std::int64_t writer;  // cell * n_face + face of the upwind cell
  std::int64_t reader;  // the same of the downwind cell
  std::int32_t trace;
};

// Upwind order of one ordinate. That of the opposite ordinate is the same list backwards, with
// inflow and outflow exchanged. Which way a face flows is decided here once and for all: faces
// (nearly) parallel to the ordinate have a sign that is rounding, and each instruction set would
// round it in its own way.
struct Order {
  std::vector<std::int32_t> cells;
  std::vector<std::uint16_t> flow;  // (position) low byte: faces that feed, high: that lead out
  // By wavefronts: where each run of cells starts that do not wait for each other and are alike,
  // and the end.
  std::vector<std::int32_t> wave_start;
  std::vector<std::int32_t> wave;  // (cell), while orders are made
  std::int32_t n_slot = 0;         // most cell outflows alive at once, either way round
};

struct Schedule {
  std::vector<Order> orders;               // one per pair of opposite ordinates
  std::vector<std::int32_t> order_of;      // (ordinate)
  std::vector<std::uint8_t> reversed;      // (ordinate)
  std::vector<std::vector<Cut>> cuts_in;   // (ordinate) sorted by reader
  std::vector<std::vector<Cut>> cuts_out;  // (ordinate) sorted by writer
};

}  // namespace bte::transport
