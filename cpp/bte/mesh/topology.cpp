#include "bte/mesh/topology.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "bte/mesh/elements.hpp"
#include "bte/require.hpp"

namespace bte {
namespace {

// One cell's view of a face; two of them with equal keys make an interior face.
struct HalfFace {
  std::array<std::int32_t, max_face_vertices> key;  // sorted vertices, padded with -1
  std::int32_t cell;
  std::int8_t local;
};

const Element* element_of(int dim, std::span<const std::int64_t> offsets, std::size_t cell) {
  return find_element(dim, static_cast<int>(offsets[cell + 1] - offsets[cell]));
}

// Insertion: a face has four vertices at most.
void sort_few(std::span<std::int32_t> values) {
  for (std::size_t i = 1; i < values.size(); ++i)
    for (std::size_t k = i; k > 0 && values[k] < values[k - 1]; --k)
      std::swap(values[k], values[k - 1]);
}

HalfFace half_face(const Element& element, std::span<const std::int32_t> vertices,
                   std::int32_t cell, int local) {
  HalfFace half{{-1, -1, -1, -1}, cell, static_cast<std::int8_t>(local)};
  const auto face = element.face(local);
  for (std::size_t i = 0; i < face.size(); ++i) half.key[i] = vertices[face[i]];
  sort_few({half.key.data(), face.size()});
  return half;
}

std::vector<HalfFace> half_faces(int dim, std::span<const std::int32_t> connectivity,
                                 std::span<const std::int64_t> offsets, Topology& out) {
  std::vector<HalfFace> halves;
  halves.reserve(connectivity.size());
  for (std::size_t c = 0; c + 1 < offsets.size(); ++c) {
    const Element* element = element_of(dim, offsets, c);
    if (element == nullptr) {
      ++out.n_unknown;
      continue;
    }
    const auto vertices = connectivity.subspan(offsets[c], element->n_vertices);
    for (int k = 0; k < element->n_faces; ++k) {
      halves.push_back(half_face(*element, vertices, static_cast<std::int32_t>(c), k));
      out.n_face_vertex = std::max(out.n_face_vertex, element->n_face_vertices[k]);
    }
  }
  return halves;
}

// Half faces grouped by their lowest vertex: the groups are small, so sorting them is cheap.
std::vector<std::int32_t> order_by_key(const std::vector<HalfFace>& halves) {
  std::int32_t highest = -1;
  for (const HalfFace& half : halves) highest = std::max(highest, half.key[0]);
  std::vector<std::int32_t> start(highest + 2, 0);
  for (const HalfFace& half : halves) ++start[half.key[0] + 1];
  std::partial_sum(start.begin(), start.end(), start.begin());
  std::vector<std::int32_t> order(halves.size());
  std::vector<std::int32_t> next(start.begin(), start.end() - 1);
  for (std::size_t i = 0; i < halves.size(); ++i)
    order[next[halves[i].key[0]]++] = static_cast<std::int32_t>(i);
  for (std::int32_t v = 0; v <= highest; ++v)
    std::sort(order.begin() + start[v], order.begin() + start[v + 1],
              [&](std::int32_t a, std::int32_t b) {
                return halves[a].key != halves[b].key ? halves[a].key < halves[b].key : a < b;
              });
  return order;
}

// partner[i]: the half face on the other side, -1 on the boundary.
std::vector<std::int32_t> match(const std::vector<HalfFace>& halves, Topology& out) {
  std::vector<std::int32_t> partner(halves.size(), -1);
  const auto order = order_by_key(halves);
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i + 1;
    while (end < order.size() && halves[order[end]].key == halves[order[i]].key) ++end;
    if (end - i >= 2) {
      partner[order[i]] = order[i + 1];
      partner[order[i + 1]] = order[i];
    }
    for (std::size_t k = i + 2; k < end; ++k) out.excess.push_back(halves[order[k]].cell);
    i = end;
  }
  return partner;
}

class FaceWriter {
 public:
  FaceWriter(int dim, std::span<const std::int32_t> connectivity,
             std::span<const std::int64_t> offsets, Topology& out)
      : m_dim(dim),
        m_connectivity(connectivity),
        m_offsets(offsets),
        m_out(out) {}

  void add(const HalfFace& first, const HalfFace* second) {
    ++m_out.n_face;
    m_out.cells.push_back(first.cell);
    m_out.cells.push_back(second ? second->cell : -1);
    m_out.local.push_back(first.local);
    m_out.local.push_back(second ? second->local : std::int8_t{-1});
    const std::size_t start = m_out.nodes.size();
    m_out.nodes.resize(start + 2 * m_out.n_face_vertex, -1);
    const auto face = element_of(m_dim, m_offsets, first.cell)->face(first.local);
    for (std::size_t i = 0; i < face.size(); ++i) {
      const std::int64_t node = m_offsets[first.cell] + face[i];
      m_out.nodes[start + i] = static_cast<std::int32_t>(node);
      if (second)
        m_out.nodes[start + m_out.n_face_vertex + i] = node_of(second->cell, m_connectivity[node]);
    }
  }

 private:
  std::int32_t node_of(std::int32_t cell, std::int32_t vertex) const {
    for (std::int64_t n = m_offsets[cell]; n < m_offsets[cell + 1]; ++n)
      if (m_connectivity[n] == vertex) return static_cast<std::int32_t>(n);
    return -1;
  }

  int m_dim;
  std::span<const std::int32_t> m_connectivity;
  std::span<const std::int64_t> m_offsets;
  Topology& m_out;
};

}  // namespace

Topology build_topology(int dim, std::span<const std::int32_t> connectivity,
                        std::span<const std::int64_t> offsets,
                        std::span<const std::int32_t> cell_region) {
  require(dim >= 1 && dim <= 3, "dim must be 1, 2 or 3");
  require(!offsets.empty() && offsets.size() == cell_region.size() + 1,
          "offsets must hold one entry more than there are cells");
  require(offsets.back() == static_cast<std::int64_t>(connectivity.size()),
          "the last offset must be the length of the connectivity");
  Topology out;
  const auto halves = half_faces(dim, connectivity, offsets, out);
  require(halves.size() < INT32_MAX, "a mesh may have at most 2^31 half faces");
  const auto partner = match(halves, out);
  FaceWriter writer(dim, connectivity, offsets, out);
  for (std::size_t i = 0; i < halves.size(); ++i) {
    if (partner[i] < 0) {
      writer.add(halves[i], nullptr);
    } else if (static_cast<std::size_t>(partner[i]) > i) {
      const HalfFace& other = halves[partner[i]];
      const bool swap = cell_region[other.cell] < cell_region[halves[i].cell];
      writer.add(swap ? other : halves[i], swap ? &halves[i] : &other);
    }
  }
  return out;
}

}  // namespace bte
