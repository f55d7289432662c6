// THE discrete equation on quadrilaterals (Q1), hexahedra (Q1) and prisms (P1 x Q1): one cell, one
// ordinate, a pack of lanes. Included inside the kernel's namespace, once per instruction set.
//
//   sum_j (A_ij + M_ij / Lambda) theta_j = inflow_i + sum_j M_ij T_j / Lambda
//   A_ij = -int phi_j Omega . grad phi_i + sum_{k leads out} int_{face k} Omega . n phi_i phi_j
//   inflow_i = sum_{k feeds} sum_b -int_{face k} Omega . n phi_i phi_b u_b,  u the upwind trace.
//
// Where face k is flat the symmetric part of the matrix is positive definite: elimination needs no
// pivoting. A warped face counts as a whole, by its mean normal.

template <class T, int D, int NV>
struct DenseBalance {
  static constexpr int N = NV;
  static constexpr Element element = element_of<D, N>;
  static constexpr int n_faces = n_face_of(N);
  static constexpr int NF = D == 2 ? 2 : 4;  // most vertices of a face
  double flow[n_faces];                      // Omega . a_k, a_k the mean
  double scale;                              // 1 / (1/2 sum |flow|), times all that follows
  const double* table;                       // of a cell that is not affine, or null
  const double* omega;
  double weighted[N][N];  // M
  T a[N][N], mass[N][N];
  T entry[n_faces][NF][NF];  // what comes in, by feeding face

  DenseBalance(const Plan& plan, std::int32_t cell, const double* direction, unsigned feeding)
      : table(plan.shapes.table(cell)),
        omega(direction) {
    const double* vectors = &plan.face_vector[std::int64_t(cell) * plan.n_face * D];
    double total = 0;
    for (int k = 0; k < n_faces; ++k) {
      flow[k] = 0;
      for (int d = 0; d < D; ++d) flow[k] += omega[d] * vectors[k * D + d];
      total += flow[k] < 0 ? -flow[k] : flow[k];
    }
    scale = 2 / total;
    if (table != nullptr) {
      from_table(feeding);
    } else {
      from_reference(feeding, vectors, plan.volume[cell]);
    }
    for (int k = 0; k < n_faces; ++k) {
      if (feeding >> k & 1u) enter(k);
    }
  }

  // int n . Omega phi_a over face k, a one of its vertices
  double through(int k, int a) const {
    if (table == nullptr) return flow[k] / element.n_face_vertices[k];
    double sum = 0;
    for (int b = 0; b < element.n_face_vertices[k]; ++b) sum += face(k, a, b);
    return sum;
  }

  static constexpr int vertex_at(int position) { return position; }

  // int phi_i f for nodal f
  void source(const double* nodal, T* result) const {
    for (int i = 0; i < N; ++i) {
      double sum = 0;
      for (int j = 0; j < N; ++j) sum += weighted[i][j] * nodal[j];
      result[i] = T(sum);
    }
  }

  // rhs += what comes in through face k, from the rows of the upwind trace by face vertex
  BTE_INLINE void add_inflow(int k, const T* const* rows, std::int32_t l, pack<T>* rhs) const {
    const int n = D == 2 ? 2 : element.n_face_vertices[k];
    pack<T> u[NF];
    BTE_UNROLL
    for (int b = 0; b < NF; ++b) u[b] = load(rows[b] + l);
    for (int i = 0; i < n; ++i) {
      pack<T>& r = rhs[element.face_vertices[k][i]];
      pack<T> sum = r;
      BTE_UNROLL
      for (int b = 0; b < NF; ++b) sum += fill(entry[k][i][b]) * u[b];
      r = sum;
    }
  }

  // theta <- (A + M / Lambda)^-1 theta, theta the right-hand side on entry: row by row, so that
  // each row is finished in registers before it is stored
  BTE_INLINE void solve(const pack<T>& inverse_mfp, pack<T>* theta) const {
    pack<T> upper[N][N];
    BTE_UNROLL
    for (int i = 0; i < N; ++i) {
      pack<T> row[N];
      BTE_UNROLL
      for (int j = 0; j < N; ++j) row[j] = fill(a[i][j]) + fill(mass[i][j]) * inverse_mfp;
      BTE_UNROLL
      for (int p = 0; p < i; ++p) {
        const pack<T> factor = row[p] * upper[p][p];
        BTE_UNROLL
        for (int j = p + 1; j < N; ++j) row[j] -= factor * upper[p][j];
        theta[i] -= factor * theta[p];
      }
      upper[i][i] = reciprocal<T>(row[i]);
      BTE_UNROLL
      for (int j = i + 1; j < N; ++j) upper[i][j] = row[j];
    }
    BTE_UNROLL
    for (int i = N - 1; i >= 0; --i) {
      BTE_UNROLL
      for (int j = i + 1; j < N; ++j) theta[i] -= upper[i][j] * theta[j];
      theta[i] *= upper[i][i];
    }
  }

 private:
  // int_{face k} Omega . n phi_i phi_j
  double face(int k, int i, int j) const {
    if (table == nullptr) return flow[k] * face_mass(element.n_face_vertices[k], i, j);
    const double* values = table + (D + 1) * N * N + k * D * 16 + i * 4 + j;
    double sum = 0;
    for (int d = 0; d < D; ++d) sum += omega[d] * values[d * 16];
    return sum;
  }

  void enter(int k) {
    const int n = element.n_face_vertices[k];
    for (int i = 0; i < NF; ++i) {
      for (int j = 0; j < NF; ++j) {
        entry[k][i][j] = i < n && j < n ? T(-scale * face(k, i, j)) : T(0);
      }
    }
  }

  void from_reference(unsigned feeding, const double* vectors, double volume) {
    constexpr const Reference<N>& ref = reference<N>;
    double sum[N][N] = {};
    for (int k = 0; k < n_faces; ++k) {
      const Square<N>& part = feeding >> k & 1u ? ref.inward[k] : ref.outward[k];
      const double b = scale * flow[k];
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j < N; ++j) sum[i][j] += b * part[i][j];
      }
    }
    double weight[Reference<N>::n_weights] = {scale * volume};
    if constexpr (N == 4) {
      for (int v = 0; v < 4; ++v) {  // Jacobian at vertex v, between faces v - 1 and v
        const double* before = vectors + (v + 3) % 4 * D;
        const double* after = vectors + v * D;
        weight[v] = scale * (before[0] * after[1] - before[1] * after[0]);
      }
    }
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        weighted[i][j] = 0;
        for (int v = 0; v < Reference<N>::n_weights; ++v) {
          weighted[i][j] += weight[v] * ref.mass[v][i][j];
        }
        mass[i][j] = T(weighted[i][j]);
        a[i][j] = T(sum[i][j]);
      }
    }
  }

  void from_table(unsigned feeding) {
    double sum[N][N] = {};
    for (int d = 0; d < D; ++d) {
      const double* stream = table + d * N * N;
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j < N; ++j) sum[i][j] -= omega[d] * stream[i * N + j];
      }
    }
    for (int k = 0; k < n_faces; ++k) {
      if (feeding >> k & 1u) continue;
      const auto& v = element.face_vertices[k];
      for (int i = 0; i < element.n_face_vertices[k]; ++i) {
        for (int j = 0; j < element.n_face_vertices[k]; ++j) sum[v[i]][v[j]] += face(k, i, j);
      }
    }
    const double* stored = table + D * N * N;
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        weighted[i][j] = scale * stored[i * N + j];
        mass[i][j] = T(weighted[i][j]);
        a[i][j] = T(scale * sum[i][j]);
      }
    }
  }
};
