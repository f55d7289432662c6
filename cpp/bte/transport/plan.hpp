#pragma once
// What a sweep needs to know, as plain arrays: built once, read by every kernel.

#include <cstdint>
#include <vector>

namespace bte::transport {

constexpr int lane_block = 8;  // lanes are padded to this multiple: one 512-bit vector

// A cell face is numbered side = cell * faces + face in the tables of one cell; the faces that
// do not lead straight into a neighbour (walls, interfaces, mirrors) carry a *side* number of
// their own, stored as neighbour = -1 - side.
struct Plan {
  int dim = 0;
  std::int32_t n_cell = 0;
  std::int32_t n_zone = 0;
  std::int32_t n_side = 0;
  std::int32_t n_ordinate = 0;
  std::int32_t n_band = 0;
  std::int32_t n_lane = 0;    // padded to lane_block
  std::int32_t n_mirror = 0;  // traces declared by the caller; those of cut faces follow

  // geometry: vertices = faces = dim + 1 per cell
  std::vector<double> face_vector;            // (cell, face, dim) outward normal times area
  std::vector<double> volume;                 // (cell)
  std::vector<std::int32_t> zone;             // (cell)
  std::vector<std::int32_t> neighbour;        // (cell, face)
  std::vector<std::uint8_t> matching_vertex;  // (cell, face, vertex): the neighbour's local vertex

  // directions
  std::vector<double> direction;  // (ordinate, dim)
  std::vector<double> weight;     // (ordinate), sums to one

  // lanes, by zone
  std::vector<double> inverse_mfp;  // (zone, lane) 1/(Lambda s)
  std::vector<double> scattering;   // (zone, lane) w C v / Lambda
  std::vector<double> energy;       // (zone, lane) w C
  std::vector<double> flux;         // (zone, lane) w s C v
  std::vector<double> lane_source;  // (zone, lane) factor of the lane-resolved source
  std::vector<std::int32_t> band;   // (lane)

  // traces: mirrors come from the caller, cut faces from the ordering
  std::vector<std::int32_t> side_trace_row;  // (side) row in the tables below, -1: emission
  std::vector<std::int32_t> trace_read;      // (row, ordinate) trace that feeds this ordinate, -1
  std::vector<std::int32_t> trace_write;     // (row, ordinate) trace this ordinate fills, -1
  std::vector<std::uint8_t> trace_face;      // (trace) local face of the cell that reads it

  int vertices() const { return dim + 1; }
  std::int32_t n_trace() const { return static_cast<std::int32_t>(trace_face.size()); }
};

// A face of a cyclic dependency: `reader` gets last iteration's values through a trace.
struct Cut {
  std::int64_t writer;  // cell * vertices + face of the upwind cell
  std::int64_t reader;  // the same of the downwind cell
  std::int32_t trace;
};

// Upwind order of one ordinate. That of the opposite ordinate is the same list backwards, with
// inflow and outflow exchanged. Which way a face flows is decided here once and for all: faces
// (nearly) parallel to the ordinate have a sign that is rounding, and each instruction set would
// round it in its own way.
struct Order {
  std::vector<std::int32_t> cells;
  std::vector<std::uint8_t> flow;  // (position) low half: faces that feed, high half: that lead out
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
