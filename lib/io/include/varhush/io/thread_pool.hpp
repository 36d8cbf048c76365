#pragma once

#include <memory>

namespace varhush::io {

/// An HTSlib thread pool shared by every file of a run. 0 threads: no pool, everything in the
/// caller.
class ThreadPool {
  public:
    explicit ThreadPool(int threads);
    ~ThreadPool();
    ThreadPool(ThreadPool&&) noexcept;
    ThreadPool& operator=(ThreadPool&&) noexcept;

    struct Impl;  ///< visible only inside lib/io
    [[nodiscard]] Impl* impl() const noexcept { return impl_.get(); }

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::io
