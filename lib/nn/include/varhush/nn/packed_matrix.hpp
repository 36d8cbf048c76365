#pragma once

#include "varhush/core/worker_pool.hpp"
#include "varhush/nn/matrix_kernels.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace varhush::nn {

[[nodiscard]] constexpr std::int64_t padded_columns(std::int64_t columns) noexcept {
    return (columns + kPanelColumns - 1) / kPanelColumns * kPanelColumns;
}

/// Floats on a 64-byte boundary, not initialised; large ones ask the system for huge pages.
class AlignedFloats {
  public:
    AlignedFloats() = default;
    explicit AlignedFloats(std::int64_t count);

    [[nodiscard]] float* data() noexcept { return data_.get(); }
    [[nodiscard]] const float* data() const noexcept { return data_.get(); }
    [[nodiscard]] std::int64_t size() const noexcept { return size_; }

  private:
    struct Free {
        void operator()(float* p) const noexcept;
    };
    std::unique_ptr<float[], Free> data_;
    std::int64_t size_ = 0;
};

/// Activations [rows, columns]. Rows are padded to whole panels, plus a cache line so that rows of
/// a power-of-two width do not fall on the same cache sets. Not initialised: whoever writes a row
/// writes its padding too (kernels do).
class Matrix {
  public:
    Matrix() = default;
    Matrix(std::int64_t rows, std::int64_t columns);

    [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::int64_t columns() const noexcept { return columns_; }
    [[nodiscard]] std::int64_t padded() const noexcept { return padded_columns(columns_); }
    [[nodiscard]] Rows view() noexcept { return {values_.data(), stride_}; }
    [[nodiscard]] ConstRows view() const noexcept { return {values_.data(), stride_}; }
    [[nodiscard]] float* row(std::int64_t r) noexcept { return values_.data() + r * stride_; }
    [[nodiscard]] const float* row(std::int64_t r) const noexcept {
        return values_.data() + r * stride_;
    }
    /// Room for `rows` rows, keeping the memory where it is enough; contents are lost.
    void reshape(std::int64_t rows, std::int64_t columns);
    void zero_row(std::int64_t r) noexcept;

    /// Floats from one row to the next for that many columns.
    [[nodiscard]] static std::int64_t stride_of(std::int64_t columns) noexcept {
        return padded_columns(columns) + 16;
    }

  private:
    AlignedFloats values_;
    std::int64_t rows_ = 0;
    std::int64_t columns_ = 0;
    std::int64_t stride_ = 0;
};

/// Who works on a loop: a pool, or the calling thread alone (inside another loop of the pool).
class Team {
  public:
    Team() = default;
    explicit Team(core::WorkerPool& pool) : pool_(&pool) {}

    [[nodiscard]] int size() const noexcept { return pool_ == nullptr ? 1 : pool_->threads(); }
    /// body(index, worker) for every index in [0, count), in any order; `worker` is in [0, size())
    /// and names the thread, for scratch memory. Inside the body only Team() may work.
    void run(std::int64_t count, const std::function<void(std::int64_t, int)>& body) const;

  private:
    core::WorkerPool* pool_ = nullptr;
};

/// Weights of a product or convolution in panels of 32 outputs, [panels, taps * depth, 32], zeros
/// behind the last output.
class PackedMatrix {
  public:
    /// Writes the taps * depth weights (tap outermost) of output `column`.
    using ColumnSource = std::function<void(std::int64_t column, float* weights)>;

    PackedMatrix() = default;
    PackedMatrix(int taps,
                 std::int64_t depth,
                 std::int64_t columns,
                 const ColumnSource& source,
                 const Team& team);
    /// The transpose of `rows` rows of activations: a product with it gives in . row(c) as column
    /// c.
    static PackedMatrix of_rows(ConstRows rows, std::int64_t count, std::int64_t depth);
    /// `rows` rows of activations as they are: output column c is column c.
    static PackedMatrix of_columns(ConstRows rows, std::int64_t count, std::int64_t columns);

    void set_bias(const float* bias);

    [[nodiscard]] bool empty() const noexcept { return columns_ == 0; }
    [[nodiscard]] int taps() const noexcept { return taps_; }
    [[nodiscard]] std::int64_t depth() const noexcept { return depth_; }
    [[nodiscard]] std::int64_t columns() const noexcept { return columns_; }
    [[nodiscard]] std::int64_t panels() const noexcept {
        return padded_columns(columns_) / kPanelColumns;
    }
    [[nodiscard]] const float* panel(std::int64_t p) const noexcept {
        return values_.data() + p * taps_ * depth_ * kPanelColumns;
    }
    [[nodiscard]] const float* bias(std::int64_t p) const noexcept {
        return bias_.size() == 0 ? nullptr : bias_.data() + p * kPanelColumns;
    }
    [[nodiscard]] std::int64_t bytes() const noexcept {
        return (values_.size() + bias_.size()) * static_cast<std::int64_t>(sizeof(float));
    }

  private:
    PackedMatrix(int taps, std::int64_t depth, std::int64_t columns);
    void pack_panel(std::int64_t panel, const ColumnSource& source);

    AlignedFloats values_;
    AlignedFloats bias_;
    int taps_ = 1;
    std::int64_t depth_ = 0;
    std::int64_t columns_ = 0;
};

/// out = act(bias + in * weights + residual), see PanelProduct. `in` has rows + taps - 1 rows.
struct Product {
    ConstRows in;
    std::int64_t rows = 0;
    const PackedMatrix* weights = nullptr;
    ConstRows residual;                 ///< data null: none
    std::int64_t residual_columns = 0;  ///< of the residual; behind them nothing is added
    bool relu = false;
    Rows out;  ///< padded_columns(weights->columns()) a row
};

/// Cost 2 * rows * taps * depth * columns FLOP. Same bits for any team and any cut of the rows.
void multiply(const Team& team, const Product& product);

}  // namespace varhush::nn
