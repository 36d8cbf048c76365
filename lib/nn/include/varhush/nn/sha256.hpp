#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace varhush::nn {

/// SHA-256 of bytes that come in pieces.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::span<const std::byte> bytes);
    /// Lower-case hex digest of everything so far; starts anew.
    [[nodiscard]] std::string finish();

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

}  // namespace varhush::nn
