// One ordinate where there are too few lanes to fill a pack: a pack holds cells instead, of one
// wavefront, none of which waits for another. The intensity of the ordinate is kept whole, followed
// by what comes in from outside. Included inside the kernel's namespace, once per instruction set.

// The intensity of one ordinate: (lane, node), then what comes in through every face vertex of the
// sides and of the cut faces.
template <class T>
class Front {
 public:
  explicit Front(const Task<T>& task)
      : m_task(task),
        m_plan(*task.plan),
        m_cuts(task.schedule->cuts_in[task.ordinate]) {}

  T* intensity() const { return m_task.slots; }
  std::int64_t stride() const { return m_task.lane_stride; }
  Lanes<T> lanes_of(std::int32_t cell) const {
    return {intensity() + m_plan.first_node[cell], 1, stride(), m_plan.wave_lanes};
  }

  void fill() const {
    for (std::int32_t side = 0; side < m_plan.n_side; ++side) {
      const std::int32_t row = m_plan.side_trace_row[side];
      if (row >= 0) {
        const std::int64_t at = std::int64_t(row) * m_plan.n_ordinate + m_task.ordinate;
        fill_from_trace(side, m_plan.trace_read[at]);
      } else {
        fill_from_emission(side);
      }
    }
    for (std::size_t i = 0; i < m_cuts.size(); ++i) {
      fill_from_trace(m_plan.n_side + static_cast<std::int32_t>(i), m_cuts[i].trace);
    }
  }

  // (face, vertex) where a cell finds its upwind traces; `patched` is room for it where faces that
  // this ordinate cuts lead elsewhere.
  const std::int32_t* upwind(std::int32_t cell, const FaceRows& rows, std::int32_t* patched) const {
    const std::int64_t face = std::int64_t(cell) * m_plan.n_face;
    const std::int32_t* table = &m_plan.upwind_node[face * m_plan.n_vertex];
    if (m_cuts.empty()) return table;
    std::copy_n(table, m_plan.n_face * m_plan.n_vertex, patched);
    for (int k = 0; k < m_plan.n_face; ++k) {
      const Cut* cut = find_cut(m_cuts, face + k, &Cut::reader);
      if (cut == nullptr) continue;
      const auto i = static_cast<std::int32_t>(cut - m_cuts.data());
      for (int v = 0; v < m_plan.n_vertex; ++v) {
        patched[k * m_plan.n_vertex + v] =
            static_cast<std::int32_t>(place(m_plan.n_side + i)) + rows[k][v];
      }
    }
    return patched;
  }

 private:
  std::int64_t place(std::int32_t i) const {
    return m_plan.n_node + std::int64_t(i) * m_plan.n_face_vertex;
  }

  void fill_from_trace(std::int32_t i, std::int32_t trace) const {
    const std::int64_t first = std::int64_t(trace) * m_plan.n_face_vertex;
    T* to = intensity() + place(i);
    for (int a = 0; a < m_plan.n_face_vertex; ++a) {
      for (std::int32_t l = 0; l < m_plan.wave_lanes; ++l) {
        to[a + l * stride()] =
            trace < 0 ? T(0) : T(m_task.trace_in[(first + a) * m_plan.n_lane + l]);
      }
    }
  }

  void fill_from_emission(std::int32_t side) const {
    const std::int64_t first = std::int64_t(side) * m_plan.n_face_vertex;
    T* to = intensity() + place(side);
    for (int a = 0; a < m_plan.n_face_vertex; ++a) {
      for (std::int32_t l = 0; l < m_plan.wave_lanes; ++l) {
        to[a + l * stride()] = T(m_task.emission[(first + a) * m_plan.n_band + m_plan.band[l]]);
      }
    }
  }

  const Task<T>& m_task;
  const Plan& m_plan;
  const std::vector<Cut>& m_cuts;
};

// The cells of a pack: what LaneLoop is to the lanes of a cell. The last cell of a short pack is
// repeated in it, and counts once.
template <class T, int D, int N, bool Full>
class CellPack {
 public:
  static constexpr int size = pack_lanes<T>;
  static constexpr int n_faces = element_of<D, N>.n_faces;
  std::int32_t cell[size];
  T flow[n_faces][size];  // Omega . a_k

  CellPack(const Task<T>& task, const Front<T>& front, const std::int32_t* cells, int count)
      : m_task(task),
        m_front(front),
        m_count(count) {
    const Plan& plan = *task.plan;
    const double* omega = &plan.direction[task.ordinate * D];
    for (int c = 0; c < size; ++c) {
      cell[c] = cells[std::min(c, count - 1)];
      m_node[c] = plan.first_node[cell[c]];
      m_zone_at[c] = task.lanes->row(task.ordinate, plan.zone[cell[c]]);
      m_upwind[c] = front.upwind(cell[c], face_rows_of<D, N>, m_patched[c]);
      const double* a = &plan.face_vector[std::int64_t(cell[c]) * plan.n_face * D];
      for (int k = 0; k < n_faces; ++k) {
        T dot = 0;
        for (int d = 0; d < D; ++d) dot += omega[d] * a[k * D + d];
        flow[k][c] = dot;
      }
    }
    for (int i = 0; i < N; ++i) m_moment[i] = fill<T>(0);
    if constexpr (Full) {
      for (int i = 0; i < N; ++i) m_energy[i] = m_flux[i] = fill<T>(0);
    }
  }

  BTE_INLINE pack<T> nodal(const double* values, int i) const {
    return each<T>([&](int c) BTE_LAMBDA { return T(values[m_node[c] + i]); });
  }
  BTE_INLINE pack<T> volume() const {
    return each<T>([&](int c) BTE_LAMBDA { return T(m_task.plan->volume[cell[c]]); });
  }
  BTE_INLINE pack<T> inverse_mfp(std::int32_t l) const {
    return tabled(m_task.lanes->inverse_mfp, l);
  }
  BTE_INLINE pack<T> lane_source(std::int32_t l) const {
    return tabled(m_task.lanes->lane_source, l);
  }
  // the upwind trace at vertex v of face k
  BTE_INLINE pack<T> upwind(int k, int v, std::int32_t l) const {
    const T* from = m_front.intensity() + l * m_front.stride();
    const int at = k * m_task.plan->n_vertex + v;
    return each<T>([&](int c) BTE_LAMBDA { return from[m_upwind[c][at]]; });
  }

  BTE_INLINE void finish(std::int32_t l, const pack<T>* theta) {
    const pack<T> a = tabled(m_task.lanes->scattering, l);
    T* to = m_front.intensity() + l * m_front.stride();
    BTE_UNROLL
    for (int i = 0; i < N; ++i) {
      m_moment[i] += a * theta[i];
      BTE_UNROLL
      for (int c = 0; c < size; ++c) to[m_node[c] + i] = theta[i][c];
    }
    if constexpr (Full) {
      const pack<T> c = tabled(m_task.lanes->energy, l);
      const pack<T> q = tabled(m_task.lanes->flux, l);
      BTE_UNROLL
      for (int i = 0; i < N; ++i) {
        m_energy[i] += c * theta[i];
        m_flux[i] += q * theta[i];
      }
    }
  }

  void add_moments() const {
    const double weight = m_task.plan->weight[m_task.ordinate];
    const double* omega = &m_task.plan->direction[m_task.ordinate * D];
    for (int c = 0; c < m_count; ++c) {
      for (int i = 0; i < N; ++i) {
        const std::int64_t node = m_node[c] + i;
        m_task.scattering[node] += weight * m_moment[i][c];
        if constexpr (Full) {
          m_task.energy[node] += weight * m_energy[i][c];
          const double q = weight * m_flux[i][c];
          for (int d = 0; d < D; ++d) m_task.flux[node * D + d] += omega[d] * q;
        }
      }
    }
  }

 private:
  BTE_INLINE pack<T> tabled(const std::vector<T>& table, std::int32_t l) const {
    return each<T>([&](int c) BTE_LAMBDA { return table[m_zone_at[c] + l]; });
  }

  const Task<T>& m_task;
  const Front<T>& m_front;
  const int m_count;
  std::int64_t m_node[size], m_zone_at[size];
  const std::int32_t* m_upwind[size];
  std::int32_t m_patched[size][max_faces * max_vertices];
  pack<T> m_moment[N], m_energy[N], m_flux[N];
};

template <class T, int D, bool Full>
class Wavefront {
  static constexpr int P = pack_lanes<T>;

 public:
  explicit Wavefront(const Task<T>& task)
      : m_task(task),
        m_plan(*task.plan),
        m_order(task.schedule->orders[task.schedule->order_of[task.ordinate]]),
        m_backwards(task.schedule->reversed[task.ordinate]),
        m_has_cuts(!task.schedule->cuts_out[task.ordinate].empty()),
        m_boundary(task),
        m_front(task),
        m_omega(&task.plan->direction[task.ordinate * D]) {}

  void run() {
    m_front.fill();
    const auto n = static_cast<std::int32_t>(m_order.wave_start.size()) - 1;
    for (std::int32_t g = 0; g < n; ++g) {
      const std::int32_t at = m_backwards ? n - 1 - g : g;
      const std::int32_t end = m_order.wave_start[at + 1];
      for (std::int32_t i = m_order.wave_start[at]; i < end; i += P) {
        visit(i, static_cast<int>(std::min<std::int32_t>(P, end - i)));
      }
    }
  }

 private:
  unsigned feeding(std::int32_t at) const {
    return m_backwards ? m_order.flow[at] >> 8 : m_order.flow[at] & 255u;
  }
  unsigned leading(std::int32_t at) const {
    return m_backwards ? m_order.flow[at] & 255u : m_order.flow[at] >> 8;
  }

  void visit(std::int32_t at, int count) {
    if (m_plan.n_cell > cached_cells) {
      for (std::int32_t i = at + P; i < std::min(at + 2 * P, m_plan.n_cell); ++i) {
        ask_for(m_order.cells[i]);
      }
    }
    const int n = m_plan.vertices(m_order.cells[at]);
    if (n == D + 1) {
      solve_simplices(at, count);
      leave<SimplexBalance<T, D>>(at, count);
    } else if constexpr (D == 2) {
      solve_dense<4>(at, count);
    } else if constexpr (D == 3) {
      n == 6 ? solve_dense<6>(at, count) : solve_dense<8>(at, count);
    }
  }

  // What a cell of the next pack needs.
  void ask_for(std::int32_t cell) const {
#if defined(__GNUC__)
    const std::int64_t face = std::int64_t(cell) * m_plan.n_face;
    const auto lines = [](const auto* from, std::int64_t n) {
      const char* byte = reinterpret_cast<const char*>(from);
      const std::int64_t size = n * static_cast<std::int64_t>(sizeof(*from));
      for (std::int64_t at = 0; at < size; at += 64) __builtin_prefetch(byte + at);
    };
    lines(&m_plan.face_vector[face * D], m_plan.n_face * D);
    lines(&m_plan.upwind_node[face * m_plan.n_vertex], m_plan.n_face * m_plan.n_vertex);
    __builtin_prefetch(&m_plan.volume[cell]);
    __builtin_prefetch(m_task.temperature + m_plan.first_node[cell]);
    __builtin_prefetch(m_task.scattering + m_plan.first_node[cell], 1);
#endif
  }

  // Without sorting vertices: what does not feed has no strength, and what does has no outflow.
  void solve_simplices(std::int32_t at, int count) {
    constexpr int N = D + 1;
    CellPack<T, D, N, Full> cells(m_task, m_front, &m_order.cells[at], count);
    T in[N][P];
    for (int c = 0; c < P; ++c) {
      const unsigned feeds = feeding(at + std::min(c, count - 1));
      for (int k = 0; k < N; ++k) in[k][c] = feeds >> k & 1u ? -cells.flow[k][c] : T(0);
    }
    pack<T> n[N], p[N], total = fill<T>(0);
    for (int k = 0; k < N; ++k) {
      n[k] = load(in[k]);
      p[k] = load(cells.flow[k]) + n[k];
      total += n[k] + p[k];
    }
    const pack<T> scale = fill<T>(2) / total;
    for (int k = 0; k < N; ++k) {
      n[k] *= scale;
      p[k] *= scale;
    }
    const pack<T> mass = cells.volume() * scale * fill(T(D) / (D + 2));
    pack<T> emitted[N], fed[N];
    simplex_source(cells, m_task.temperature, mass, emitted);
    if (m_task.source != nullptr) simplex_source(cells, m_task.source, mass, fed);
    for (std::int32_t l = 0; l < m_plan.wave_lanes; ++l) {
      const pack<T> inverse = cells.inverse_mfp(l);
      pack<T> theta[N];
      for (int i = 0; i < N; ++i) theta[i] = emitted[i] * inverse;
      if (m_task.source != nullptr) {
        const pack<T> factor = cells.lane_source(l) * inverse;
        for (int i = 0; i < N; ++i) theta[i] += fed[i] * factor;
      }
      const auto row = [&](int f, int i) BTE_LAMBDA { return cells.upwind(f, i, l); };
      const auto entering = [&](int i) BTE_LAMBDA { return n[i]; };
      const auto leaving = [&](int i) BTE_LAMBDA { return p[i]; };
      SimplexBalance<T, D>::template add_inflow<N>(entering, row, theta);
      SimplexBalance<T, D>::solve(inverse * mass, 0, leaving, N, entering, theta);
      cells.finish(l, theta);
    }
    cells.add_moments();
  }

  template <class Cells>
  BTE_INLINE static void simplex_source(const Cells& cells, const double* nodal,
                                        const pack<T>& mass, pack<T>* result) {
    pack<T> total = fill<T>(0);
    for (int i = 0; i <= D; ++i) {
      result[i] = cells.nodal(nodal, i);
      total += result[i];
    }
    for (int i = 0; i <= D; ++i) result[i] = mass * (total + result[i]);
  }

  template <int N>
  void solve_dense(std::int32_t at, int count) {
    using Balance = DenseBalance<T, D, N>;
    CellPack<T, D, N, Full> cells(m_task, m_front, &m_order.cells[at], count);
    const unsigned feeds = feeding(at);
    DensePack<T, D, N> shared;
    if (m_plan.shapes.table(cells.cell[0]) == nullptr) {
      shared.from_reference(m_plan, cells.cell, cells.flow, feeds);
    } else {
      shared.from_balances(m_plan, cells.cell, m_omega, feeds);
    }
    for (std::int32_t l = 0; l < m_plan.wave_lanes; ++l) {
      const pack<T> inverse = cells.inverse_mfp(l);
      const pack<T> factor = m_task.source != nullptr ? cells.lane_source(l) : fill<T>(0);
      pack<T> theta[N], source[N];
      for (int j = 0; j < N; ++j) {
        source[j] = cells.nodal(m_task.temperature, j);
        if (m_task.source != nullptr) source[j] += factor * cells.nodal(m_task.source, j);
        source[j] *= inverse;
      }
      for (int i = 0; i < N; ++i) {
        theta[i] = fill<T>(0);
        for (int j = 0; j < N; ++j) theta[i] += shared.mass[i][j] * source[j];
      }
      for (unsigned faces = feeds; faces != 0; faces &= faces - 1) {
        const int k = __builtin_ctz(faces);
        const auto row = [&](int b) BTE_LAMBDA {
          return cells.upwind(k, Balance::element.face_vertices[k][b], l);
        };
        const auto entry_at = [&](int i, int b) BTE_LAMBDA { return shared.entry[k][i][b]; };
        Balance::add_inflow(k, entry_at, row, theta);
      }
      const auto matrix = [&](int i, int j)
                              BTE_LAMBDA { return shared.a[i][j] + shared.mass[i][j] * inverse; };
      Balance::solve(matrix, theta);
      cells.finish(l, theta);
    }
    cells.add_moments();
    leave<Balance>(at, count);
  }

  template <class Balance>
  void leave(std::int32_t first, int count) const {
    for (std::int32_t at = first; at < first + count; ++at) {
      const std::int32_t cell = m_order.cells[at];
      const unsigned outer = m_plan.outer_faces[cell];
      if (!m_has_cuts && outer == 0) continue;
      for (unsigned faces = leading(at); faces != 0; faces &= faces - 1) {
        leave_through<Balance>(at, cell, __builtin_ctz(faces));
      }
    }
  }

  template <class Balance>
  void leave_through(std::int32_t at, std::int32_t cell, int k) const {
    const std::int64_t face = std::int64_t(cell) * m_plan.n_face + k;
    const std::int32_t other = m_plan.neighbour[face];
    const Lanes<T> out = m_front.lanes_of(cell);
    if (other < 0) {
      const Balance balance(m_plan, cell, m_omega, feeding(at));
      m_boundary.to_side(-1 - other, balance, k, m_plan.zone[cell], out);
    } else if (const Cut* cut = m_boundary.cut_out(face)) {
      m_boundary.to_cut(*cut, Balance::element, k, &m_plan.matching_vertex[face * m_plan.n_vertex],
                        out);
    }
  }

  const Task<T>& m_task;
  const Plan& m_plan;
  const Order& m_order;
  const bool m_backwards, m_has_cuts;
  const Boundary<T> m_boundary;
  const Front<T> m_front;
  const double* m_omega;
};
