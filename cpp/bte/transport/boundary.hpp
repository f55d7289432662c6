// What comes in through faces that no neighbour's slot feeds, and what is handed on through faces
// that none reads: emissions, traces of mirrors, traces of cut faces, outflow of sides. Included
// inside the kernel's namespace, once per instruction set.

inline const Cut* find_cut(const std::vector<Cut>& cuts, std::int64_t face,
                           std::int64_t Cut::* number) {
  std::size_t low = 0, high = cuts.size();
  while (low < high) {
    const std::size_t mid = (low + high) / 2;
    if (cuts[mid].*number < face) {
      low = mid + 1;
    } else {
      high = mid;
    }
  }
  return low < cuts.size() && cuts[low].*number == face ? &cuts[low] : nullptr;
}

// Values of the lanes at the vertices of one cell.
template <class T>
struct Lanes {
  const T* values;
  std::int64_t vertex_stride, lane_stride;
  std::int32_t n;

  T at(int vertex, std::int32_t lane) const {
    return values[vertex * vertex_stride + lane * lane_stride];
  }
};

template <class T>
class Boundary {
 public:
  explicit Boundary(const Task<T>& task)
      : m_task(task),
        m_plan(*task.plan),
        m_width(task.lanes->width),
        m_weight(task.plan->weight[task.ordinate]),
        m_cuts_in(task.schedule->cuts_in[task.ordinate]),
        m_cuts_out(task.schedule->cuts_out[task.ordinate]) {}

  const Cut* cut_in(std::int64_t face) const {
    return m_cuts_in.empty() ? nullptr : find_cut(m_cuts_in, face, &Cut::reader);
  }
  const Cut* cut_out(std::int64_t face) const {
    return m_cuts_out.empty() ? nullptr : find_cut(m_cuts_out, face, &Cut::writer);
  }

  // A mirror's trace, or an emission spread from bands to lanes: rows of `width`, by face vertex.
  // Cells being made ready and being solved take turns in the scratch.
  const T* from_side(std::int32_t side, int k, int turn) const {
    const std::int32_t row = m_plan.side_trace_row[side];
    if (row >= 0) {
      const std::int64_t at = std::int64_t(row) * m_plan.n_ordinate + m_task.ordinate;
      return from_trace(m_plan.trace_read[at], k, turn);
    }
    const double* emission = m_task.emission + wall_at(side);
    T* lanes = spread(k, turn);
    for (int i = 0; i < m_plan.n_face_vertex; ++i) {
      for (std::int32_t l = 0; l < m_width; ++l) {
        lanes[std::int64_t(i) * m_width + l] =
            T(emission[std::int64_t(i) * m_plan.n_band + m_plan.band[l]]);
      }
    }
    return lanes;
  }

  // Without a trace (trace < 0) nothing comes in.
  const T* from_trace(std::int32_t trace, int k, int turn) const {
    if constexpr (sizeof(T) == sizeof(double)) {
      if (trace >= 0) return m_task.trace_in + trace_at(trace);
    }
    T* lanes = spread(k, turn);
    const double* from = m_task.trace_in + trace_at(trace);
    for (int i = 0; i < m_plan.n_face_vertex; ++i) {
      for (std::int32_t l = 0; l < m_width; ++l) {
        lanes[std::int64_t(i) * m_width + l] =
            l < m_plan.n_lane && trace >= 0 ? T(from[std::int64_t(i) * m_plan.n_lane + l]) : T(0);
      }
    }
    return lanes;
  }

  // Through face k of a cell.
  template <class Balance>
  void to_side(std::int32_t side, const Balance& balance, int k, std::int32_t zone,
               const Lanes<T>& out) const {
    constexpr const Element& element = Balance::element;
    const std::int32_t row = m_plan.side_trace_row[side];
    if (row >= 0) {
      const std::int64_t at = std::int64_t(row) * m_plan.n_ordinate + m_task.ordinate;
      const std::int32_t trace = m_plan.trace_write[at];
      const std::uint8_t* rows = &m_plan.trace_vertex[std::int64_t(row) * m_plan.n_face_vertex];
      if (trace >= 0) to_trace(trace, element, k, rows, out);
    }
    const T* flux = &m_task.lanes->flux[m_task.lanes->row(m_task.ordinate, zone)];
    double* outflow = m_task.outflow + wall_at(side);
    for (int a = 0; a < element.n_face_vertices[k]; ++a) {
      add_bands(m_weight * balance.through(k, a), flux, element.face_vertices[k][a], out, outflow);
      outflow += m_plan.n_band;
    }
  }

  // Stores the face values in the order of the reading cell's face vertices.
  void to_cut(const Cut& cut, const Element& element, int k, const std::uint8_t* matching,
              const Lanes<T>& out) const {
    const auto cell = static_cast<std::int32_t>(cut.reader / m_plan.n_face);
    const FaceRows theirs = face_rows(m_plan.element(cell));
    std::uint8_t rows[max_face_vertices];
    for (int a = 0; a < element.n_face_vertices[k]; ++a) {
      rows[a] = theirs[cut.reader % m_plan.n_face][matching[element.face_vertices[k][a]]];
    }
    to_trace(cut.trace, element, k, rows, out);
  }

 private:
  std::int64_t wall_at(std::int32_t side) const {
    return std::int64_t(side) * m_plan.n_face_vertex * m_plan.n_band;
  }
  std::int64_t trace_at(std::int32_t trace) const {
    return std::int64_t(trace) * m_plan.n_face_vertex * m_plan.n_lane;
  }
  T* spread(int k, int turn) const {
    return m_task.spread +
           (std::int64_t(turn) * m_plan.n_face + k) * m_plan.n_face_vertex * m_width;
  }

  // Neighbouring lanes mostly belong to one band: added in a register.
  void add_bands(double scale, const T* flux, int vertex, const Lanes<T>& out,
                 double* outflow) const {
    for (std::int32_t l = 0; l < out.n;) {
      const std::int32_t band = m_plan.band[l];
      double total = 0;
      do {
        total += double(flux[l]) * double(out.at(vertex, l));
        ++l;
      } while (l < out.n && m_plan.band[l] == band);
      outflow[band] += scale * total;
    }
  }

  void to_trace(std::int32_t trace, const Element& element, int k, const std::uint8_t* rows,
                const Lanes<T>& out) const {
    double* to = m_task.trace_out + trace_at(trace);
    for (int a = 0; a < element.n_face_vertices[k]; ++a) {
      double* row = to + std::int64_t(rows[a]) * m_plan.n_lane;
      for (std::int32_t l = 0; l < out.n; ++l) row[l] = out.at(element.face_vertices[k][a], l);
    }
  }

  const Task<T>& m_task;
  const Plan& m_plan;
  const std::int32_t m_width;
  const double m_weight;
  const std::vector<Cut>& m_cuts_in;
  const std::vector<Cut>& m_cuts_out;
};
