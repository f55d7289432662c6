#pragma once
// Integrals of the vertex functions of a cell: P1 on simplices, Q1 on quadrilaterals and
// hexahedra, P1 x Q1 on prisms. The discrete equations of transport and diffusion are made of
// these alone.
//
// Simplices have closed forms. The others map to a reference cell, and all integrands but those
// of DiffusionIntegrals are polynomials there, d(phi)/dx det J = adj(J)^T grad phi, which the
// quadrature takes exactly: the discrete Gauss theorem
//   G_d[i][j] + G_d[j][i] = sum of F_k[d] over the faces k
// holds to rounding, for warped faces too.

#include <array>
#include <span>

#include "bte/mesh/elements.hpp"
#include "bte/mesh/shapes.hpp"

namespace bte {

using CellMatrix = std::array<std::array<double, max_vertices>, max_vertices>;
using FaceMatrix = std::array<std::array<double, max_face_vertices>, max_face_vertices>;

struct CellIntegrals {
  double volume = 0;
  std::array<double, max_vertices> node_volume{};            // int phi_i
  CellMatrix mass{};                                         // int phi_i phi_j
  std::array<CellMatrix, 3> streaming{};                     // [d][i][j] int phi_j d(phi_i)/dx_d
  std::array<std::array<FaceMatrix, 3>, max_faces> faces{};  // [k][d][a][b] int n_d phi_a phi_b dA
};

struct DiffusionIntegrals {
  CellMatrix stiffness{};  // int grad phi_i . grad phi_j
  // [k][a][j] int over face k of phi_a n . grad phi_j: a a vertex of the face, j one of the cell
  std::array<std::array<std::array<double, max_vertices>, max_face_vertices>, max_faces>
      normal_gradient{};
};

// The vertex functions at one point of a cell, and how the cell is mapped there.
struct Frame {
  std::array<double, max_vertices> value{};
  std::array<Vector, max_vertices> scaled_gradient{};  // det J grad phi_i
  double det = 0;                                      // of the Jacobian
};

Frame frame_at(const Element& element, std::span<const Vector> nodes, const Vector& reference);

// nodes: the vertices of the cell in the order of the element.
CellIntegrals integrate(const Element& element, std::span<const Vector> nodes);
DiffusionIntegrals integrate_diffusion(const Element& element, std::span<const Vector> nodes);

// int phi_i phi_j alone.
CellMatrix mass_matrix(const Element& element, std::span<const Vector> nodes);

// [d][a][b] int n_d phi_a phi_b dA of a face with these corners; n is right of an edge and, in 3D,
// towards who sees the corners turn counter-clockwise.
std::array<FaceMatrix, 3> face_matrix(int dim, std::span<const Vector> corners);

// Signed volume.
double volume_of(const Element& element, std::span<const Vector> nodes);

// Least det J over vertices and quadrature points, times the volume of the reference cell: the
// volume itself of a simplex, and not positive where a cell is folded.
double least_volume(const Element& element, std::span<const Vector> nodes);

inline Vector minus(const Vector& a, const Vector& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}
inline Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
inline double dot(const Vector& a, const Vector& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

}  // namespace bte
