#pragma once
// Vertex functions on the reference cells, and rules that integrate over them.
//
// Reference cells: 0 <= x, y, z <= 1, of a simplex and of the triangle of a prism x + y <= 1.

#include <array>
#include <vector>

#include "bte/mesh/elements.hpp"

namespace bte {

using Vector = std::array<double, 3>;  // padded with zeros below three dimensions

struct Shape {
  std::array<double, max_vertices> value{};
  std::array<Vector, max_vertices> slope{};
};

struct QuadraturePoint {
  Vector x;
  double weight;
  Shape shape;
};
using Rule = std::vector<QuadraturePoint>;

Shape shape_at(const Element& element, const Vector& x);

Vector reference_vertex(const Element& element, int vertex);

// Exact to degree 5 in each direction. Not for simplices.
const Rule& cell_rule(const Element& element);

// The same on a face with 2, 3 or 4 corners.
Rule face_rule(int n_corner);

}  // namespace bte
