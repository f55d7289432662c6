#pragma once
// Element kinds: how many vertices a cell has and which of them make each of its faces.
// Every other file asks this table, so a new kind is one entry.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace bte {

inline constexpr int max_vertices = 8;
inline constexpr int max_faces = 6;
inline constexpr int max_face_vertices = 4;

struct Element {
  std::string_view name;
  int dim;
  int n_vertices;
  int n_faces;
  std::array<int, max_faces> n_face_vertices;
  std::array<std::array<std::int8_t, max_face_vertices>, max_faces> face_vertices;

  // The order of these vertices is the order of "face vertices" everywhere.
  constexpr std::span<const std::int8_t> face(int k) const {
    return {face_vertices[k].data(), static_cast<std::size_t>(n_face_vertices[k])};
  }
  constexpr bool is_simplex() const { return n_vertices == dim + 1; }
};

// Local face k of a simplex is the one opposite its vertex k.
constexpr Element simplex(std::string_view name, int dim) {
  Element element{name, dim, dim + 1, dim + 1, {}, {}};
  for (int k = 0; k <= dim; ++k) {
    element.n_face_vertices[k] = dim;
    for (int v = 0, i = 0; v <= dim; ++v)
      if (v != k) element.face_vertices[k][i++] = static_cast<std::int8_t>(v);
  }
  return element;
}

// Vertices as in VTK: a quadrilateral counter-clockwise; a hexahedron and a prism have their
// bottom counter-clockwise as seen from the top, then the vertices above. The faces of these
// three turn counter-clockwise as seen from outside.
inline constexpr std::array elements{
    simplex("line", 1),
    simplex("triangle", 2),
    simplex("tetrahedron", 3),
    Element{"quadrilateral", 2, 4, 4, {2, 2, 2, 2}, {{{0, 1}, {1, 2}, {2, 3}, {3, 0}}}},
    Element{"prism",
            3,
            6,
            5,
            {3, 3, 4, 4, 4},
            {{{0, 2, 1}, {3, 4, 5}, {0, 1, 4, 3}, {1, 2, 5, 4}, {2, 0, 3, 5}}}},
    Element{"hexahedron",
            3,
            8,
            6,
            {4, 4, 4, 4, 4, 4},
            {{{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}}}},
};

// A kind follows from the dimension and the number of vertices; nullptr where none is known.
constexpr const Element* find_element(int dim, int n_vertices) {
  for (const Element& element : elements)
    if (element.dim == dim && element.n_vertices == n_vertices) return &element;
  return nullptr;
}

}  // namespace bte
