#include "varhush/nn/packed_matrix.hpp"

#include "varhush/core/error.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

namespace varhush::nn {

namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t{1} << 21;

// Rows of a block: their input (rows x channels) stays in the second-level cache while all panels
// pass by. Multiples of 12, the rows the kernel computes together.
std::int64_t rows_a_block(std::int64_t depth) {
    constexpr std::int64_t kFloats = std::int64_t{160} * 1024;
    return std::clamp<std::int64_t>(kFloats / std::max<std::int64_t>(depth, 1) / 12 * 12, 96, 384);
}

std::int64_t blocks_of(std::int64_t count, std::int64_t block) {
    return (count + block - 1) / block;
}

}  // namespace

void AlignedFloats::Free::operator()(float* p) const noexcept {
    std::free(p);
}

AlignedFloats::AlignedFloats(std::int64_t count) : size_(count) {
    const std::size_t bytes =
        static_cast<std::size_t>(std::max<std::int64_t>(count, 1)) * sizeof(float);
    const std::size_t boundary = bytes >= 4 * kHugePage ? kHugePage : kLine;
    const std::size_t rounded = (bytes + boundary - 1) / boundary * boundary;
    data_.reset(static_cast<float*>(std::aligned_alloc(boundary, rounded)));
    if (data_ == nullptr) {
        throw std::bad_alloc();
    }
    if (boundary == kHugePage) {
        ::madvise(data_.get(), rounded, MADV_HUGEPAGE);  // a wish; slower without, never wrong
    }
}

Matrix::Matrix(std::int64_t rows, std::int64_t columns) {
    reshape(rows, columns);
}

void Matrix::reshape(std::int64_t rows, std::int64_t columns) {
    rows_ = rows;
    columns_ = columns;
    stride_ = stride_of(columns);
    if (rows * stride_ > values_.size()) {
        values_ = AlignedFloats();  // first let go, then take: never both at once
        values_ = AlignedFloats(rows * stride_);
    }
}

void Matrix::zero_row(std::int64_t r) noexcept {
    std::fill_n(row(r), padded(), 0.0F);
}

void Team::run(std::int64_t count, const std::function<void(std::int64_t, int)>& body) const {
    if (pool_ == nullptr || count <= 1) {
        for (std::int64_t i = 0; i < count; ++i) {
            body(i, 0);
        }
        return;
    }
    pool_->run(count, body);
}

PackedMatrix::PackedMatrix(int taps, std::int64_t depth, std::int64_t columns)
    : values_(padded_columns(columns) * taps * depth),
      taps_(taps),
      depth_(depth),
      columns_(columns) {}

PackedMatrix::PackedMatrix(int taps,
                           std::int64_t depth,
                           std::int64_t columns,
                           const ColumnSource& source,
                           const Team& team)
    : PackedMatrix(taps, depth, columns) {
    team.run(panels(), [&](std::int64_t p, int) { pack_panel(p, source); });
}

void PackedMatrix::pack_panel(std::int64_t p, const ColumnSource& source) {
    const std::int64_t length = taps_ * depth_;
    std::vector<float> column(static_cast<std::size_t>(length));
    float* panel = values_.data() + p * length * kPanelColumns;
    for (int c = 0; c < kPanelColumns; ++c) {
        const std::int64_t output = p * kPanelColumns + c;
        if (output < columns_) {
            source(output, column.data());
        } else {
            std::fill(column.begin(), column.end(), 0.0F);
        }
        for (std::int64_t k = 0; k < length; ++k) {
            panel[k * kPanelColumns + c] = column[static_cast<std::size_t>(k)];
        }
    }
}

PackedMatrix PackedMatrix::of_rows(ConstRows rows, std::int64_t count, std::int64_t depth) {
    return {
        1,
        depth,
        count,
        [&](std::int64_t column, float* weights) { std::copy_n(rows.row(column), depth, weights); },
        Team()};
}

PackedMatrix PackedMatrix::of_columns(ConstRows rows, std::int64_t count, std::int64_t columns) {
    PackedMatrix packed(1, count, columns);
    for (std::int64_t p = 0; p < packed.panels(); ++p) {
        float* panel = packed.values_.data() + p * count * kPanelColumns;
        const std::int64_t first = p * kPanelColumns;
        const std::int64_t width = std::min<std::int64_t>(kPanelColumns, columns - first);
        for (std::int64_t k = 0; k < count; ++k) {
            float* to = panel + k * kPanelColumns;
            std::copy_n(rows.row(k) + first, width, to);
            std::fill(to + width, to + kPanelColumns, 0.0F);
        }
    }
    return packed;
}

void PackedMatrix::set_bias(const float* bias) {
    bias_ = AlignedFloats(padded_columns(columns_));
    std::copy_n(bias, columns_, bias_.data());
    std::fill(bias_.data() + columns_, bias_.data() + bias_.size(), 0.0F);
}

void multiply(const Team& team, const Product& product) {
    const PackedMatrix& weights = *product.weights;
    VARHUSH_CHECK(!weights.empty());
    const std::int64_t block = rows_a_block(weights.depth());
    const std::int64_t row_blocks = blocks_of(product.rows, block);
    // Enough tasks for everybody, yet as many panels a task as possible: they share the input.
    const std::int64_t wanted = team.size() == 1 ? 1 : std::int64_t{4} * team.size();
    const std::int64_t groups = std::clamp<std::int64_t>(
        blocks_of(wanted, std::max<std::int64_t>(row_blocks, 1)), 1, weights.panels());
    const std::int64_t panels_a_group = blocks_of(weights.panels(), groups);
    const auto& kernels = matrix_kernels();
    team.run(row_blocks * groups, [&](std::int64_t task, int) {
        const std::int64_t first_row = task / groups * block;
        const std::int64_t first_panel = task % groups * panels_a_group;
        const std::int64_t end = std::min(first_panel + panels_a_group, weights.panels());
        for (std::int64_t p = first_panel; p < end; ++p) {
            const std::int64_t column = p * kPanelColumns;
            PanelProduct part;
            part.in = product.in.from(first_row);
            part.rows = std::min(block, product.rows - first_row);
            part.taps = weights.taps();
            part.depth = weights.depth();
            part.columns =
                static_cast<int>(std::min<std::int64_t>(kPanelColumns, weights.columns() - column));
            part.panel = weights.panel(p);
            part.bias = weights.bias(p);
            if (product.residual.data != nullptr && column < product.residual_columns) {
                part.residual = {product.residual.row(first_row) + column, product.residual.stride};
            }
            part.relu = product.relu;
            part.out = {product.out.row(first_row) + column, product.out.stride};
            kernels.product(part);
        }
    });
}

}  // namespace varhush::nn
