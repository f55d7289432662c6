#pragma once
// Sizes and directions of cells and faces.

#include <cstdint>
#include <span>
#include <vector>

namespace bte {

struct FaceGeometry {
  std::vector<double> normal;       // (n_face, dim) unit, the mean one, out of cells[:, 0]
  std::vector<double> area;         // (n_face,) length of int n dA; 1 in 1D, a length in 2D
  std::vector<double> vertex_area;  // (n_face, n_face_vertex, dim) int n phi_a dA
  std::vector<double> mass;         // (n_face, n_face_vertex, n_face_vertex), see below
};

// The cells of a mesh: cell c has the vertices connectivity[offsets[c]:offsets[c + 1]].
struct CellTable {
  int dim;
  std::span<const double> points;  // (n_point, dim)
  std::span<const std::int32_t> connectivity;
  std::span<const std::int64_t> offsets;
};

// Negative where a cell is inverted.
std::vector<double> signed_volumes(const CellTable& cells);

// Least Jacobian of each cell times the volume of the reference cell; not positive where a cell
// is inverted, degenerate or folded. The volume of a simplex.
std::vector<double> least_volumes(const CellTable& cells);

// int phi_i (n_node,).
std::vector<double> node_volumes(const CellTable& cells);

// int phi_i f for each column of f (n_node, n_column).
std::vector<double> mass_product(const CellTable& cells, std::span<const double> f);

// int v . grad f of each cell, of a nodal field f (n_node,) and nodal vectors v (n_node, dim).
std::vector<double> gradient_product(const CellTable& cells, std::span<const double> f,
                                     std::span<const double> v);

// face_nodes: (n_face, 2, n_face_vertex) as in Topology; face_cells: (n_face, 2). A warped face is
// seen along its mean normal m: its area and its mass, int m . n phi_a phi_b dA, are those of its
// projection, so that the mass adds up to the area.
FaceGeometry face_geometry(const CellTable& cells, std::span<const std::int32_t> face_cells,
                           std::span<const std::int32_t> face_nodes);

}  // namespace bte
