#pragma once
// Element matrices of affine cells, by compile-time sums: for cells whose opposite faces are
// translates of each other (and any flat quadrilateral) everything follows from b_k = Omega . a_k
// of the faces k,
//
//   -int phi_j Omega . grad phi_i  =  sum_k b_k stream_k[i][j],
//   int_{face k} Omega . n phi_i phi_j  =  b_k mass of the reference face,
//   int phi_i phi_j  =  sum_v w_v mass_v[i][j],
//
// w the volume, or on quadrilaterals the Jacobian at vertex v (it is linear in each coordinate).

#include <array>
#include <cstdint>

#include "bte/mesh/elements.hpp"

namespace bte::transport {

// int l_a l_b of the linear functions of an interval of length one
constexpr double line_mass(int a, int b) { return a == b ? 1.0 / 3 : 1.0 / 6; }
// int l_a l_b l_c
constexpr double line_mass(int a, int b, int c) { return a == b && b == c ? 1.0 / 4 : 1.0 / 12; }
// int of two barycentric functions of a triangle of area one
constexpr double triangle_mass(int a, int b) { return a == b ? 1.0 / 6 : 1.0 / 12; }

constexpr int n_face_of(int n_vertices) { return n_vertices == 4 ? 4 : n_vertices == 6 ? 5 : 6; }

template <int N>
using Square = std::array<std::array<double, N>, N>;

// int phi_a phi_b over a face of area one; vertices of a face of four go round it
constexpr double face_mass(int n, int a, int b) {
  if (n == 2) return line_mass(a, b);
  if (n == 3) return triangle_mass(a, b);
  const int apart = a > b ? a - b : b - a;
  return apart == 0 ? 1.0 / 9 : apart == 2 ? 1.0 / 36 : 1.0 / 18;
}

// Coordinate r (0 or 1) of vertex v of the unit square or cube.
constexpr int corner(int v, int r) {
  if (r == 2) return v / 4;
  return r == 1 ? (v % 4) / 2 : (v % 4 == 1 || v % 4 == 2);
}

// The face where coordinate r is `at`.
constexpr int cube_face(int dim, int r, int at) {
  constexpr int square[2][2] = {{3, 1}, {0, 2}};
  constexpr int cube[3][2] = {{5, 3}, {2, 4}, {0, 1}};
  return dim == 2 ? square[r][at] : cube[r][at];
}

// Of the Jacobian's adjugate, row r . Omega runs linearly in coordinate r from -b to b of the two
// faces that end it.
template <int N>
constexpr void stream_cube(std::array<Square<N>, n_face_of(N)>& stream) {
  constexpr int dim = N == 4 ? 2 : 3;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      for (int r = 0; r < dim; ++r) {
        double across = corner(i, r) ? 1 : -1;
        for (int q = 0; q < dim; ++q) {
          if (q != r) across *= line_mass(corner(i, q), corner(j, q));
        }
        for (int at = 0; at < 2; ++at) {
          const double sign = at ? -1 : 1;  // - of -int phi_j Omega . grad phi_i, - of -b
          stream[cube_face(dim, r, at)][i][j] += sign * across * line_mass(corner(j, r), at);
        }
      }
    }
  }
}

// Vertex a + 3 s is corner a of the triangle at height s. Gradients of the corner functions are
// -b / 2 of the side face opposite.
constexpr void stream_prism(std::array<Square<6>, 5>& stream) {
  constexpr int opposite[3] = {3, 4, 2};
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < 6; ++j) {
      stream[opposite[i % 3]][i][j] += line_mass(i / 3, j / 3) / 6;
      const double along = (i / 3 ? 1 : -1) * triangle_mass(i % 3, j % 3);
      stream[0][i][j] += along * line_mass(j / 3, 0);
      stream[1][i][j] -= along * line_mass(j / 3, 1);
    }
  }
}

template <int N>
struct Reference {
  static constexpr int n_faces = n_face_of(N);
  static constexpr int n_weights = N == 4 ? 4 : 1;
  std::array<Square<N>, n_faces> inward{};   // face k feeds: stream_k
  std::array<Square<N>, n_faces> outward{};  // face k leads out: stream_k + mass of face k
  std::array<Square<N>, n_weights> mass{};
  std::array<Square<4>, n_faces> face{};  // int phi_a phi_b over a face of area one, zero beyond it
};

template <int N>
constexpr Reference<N> make_reference() {
  Reference<N> ref{};
  constexpr Element element = *find_element(N == 4 ? 2 : 3, N);
  if constexpr (N == 6) {
    stream_prism(ref.inward);
  } else {
    stream_cube<N>(ref.inward);
  }
  ref.outward = ref.inward;
  for (int k = 0; k < element.n_faces; ++k) {
    const int n = element.n_face_vertices[k];
    for (int a = 0; a < n; ++a) {
      for (int b = 0; b < n; ++b) {
        ref.face[k][a][b] = face_mass(n, a, b);
        ref.outward[k][element.face_vertices[k][a]][element.face_vertices[k][b]] +=
            face_mass(n, a, b);
      }
    }
  }
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      for (int v = 0; v < Reference<N>::n_weights; ++v) {
        if constexpr (N == 4) {
          ref.mass[v][i][j] = line_mass(corner(i, 0), corner(j, 0), corner(v, 0)) *
                              line_mass(corner(i, 1), corner(j, 1), corner(v, 1));
        } else if constexpr (N == 6) {
          ref.mass[v][i][j] = triangle_mass(i % 3, j % 3) * line_mass(i / 3, j / 3);
        } else {
          ref.mass[v][i][j] = line_mass(corner(i, 0), corner(j, 0)) *
                              line_mass(corner(i, 1), corner(j, 1)) *
                              line_mass(corner(i, 2), corner(j, 2));
        }
      }
    }
  }
  return ref;
}

template <int N>
inline constexpr Reference<N> reference = make_reference<N>();

// Which row of a face each vertex of the cell has, by face and vertex.
using FaceRows = std::array<std::array<std::uint8_t, max_vertices>, max_faces>;

constexpr FaceRows face_rows(const Element& element) {
  FaceRows rows{};
  for (int k = 0; k < element.n_faces; ++k) {
    for (int a = 0; a < element.n_face_vertices[k]; ++a) {
      rows[k][element.face_vertices[k][a]] = static_cast<std::uint8_t>(a);
    }
  }
  return rows;
}

template <int D, int N>
inline constexpr Element element_of = *find_element(D, N);
template <int D, int N>
inline constexpr FaceRows face_rows_of = face_rows(element_of<D, N>);

template <int D>
const FaceRows& face_rows_by_size(int n_vertices) {
  if constexpr (D == 2) {
    if (n_vertices == 4) return face_rows_of<2, 4>;
  } else if constexpr (D == 3) {
    if (n_vertices == 6) return face_rows_of<3, 6>;
    if (n_vertices == 8) return face_rows_of<3, 8>;
  }
  return face_rows_of<D, D + 1>;
}

}  // namespace bte::transport
