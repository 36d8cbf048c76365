#include "ag_trace.hpp"

#include <algorithm>

namespace varhush::models {

void AgTrace::values(const std::string& name,
                     const std::vector<std::int64_t>& shape,
                     std::span<const float> values) const {
    if (tap_ != nullptr) {
        (*tap_)(name, shape, values);
    }
}

void AgTrace::rows(const std::string& name,
                   const std::vector<std::int64_t>& shape,
                   nn::ConstRows values,
                   std::int64_t rows,
                   std::int64_t columns) const {
    if (tap_ == nullptr) {
        return;
    }
    std::vector<float> flat(static_cast<std::size_t>(rows * columns));
    for (std::int64_t r = 0; r < rows; ++r) {
        std::copy_n(values.row(r), columns, flat.data() + r * columns);
    }
    (*tap_)(name, shape, flat);
}

void AgTrace::columns(const std::string& name,
                      nn::ConstRows values,
                      std::int64_t rows,
                      std::int64_t columns) const {
    if (tap_ == nullptr) {
        return;
    }
    std::vector<float> flat(static_cast<std::size_t>(rows * columns));
    for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < columns; ++c) {
            flat[static_cast<std::size_t>(c * rows + r)] = values.row(r)[c];
        }
    }
    (*tap_)(name, {columns, rows}, flat);
}

}  // namespace varhush::models
