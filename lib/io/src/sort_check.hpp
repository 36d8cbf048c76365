#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>

namespace varhush::io {

/// Tells whether records come in an order that can be indexed: each contig in one piece, POS never
/// going back.
class SortCheck {
  public:
    /// @throws Error{kInput} for the first record that is out of order.
    void see(const std::string& contig, std::int64_t position);

  private:
    std::string contig_;
    std::int64_t position_ = -1;
    std::unordered_set<std::string> finished_;
};

}  // namespace varhush::io
