#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace varhush::core {

/// A few threads that share loops. The caller works too, so a pool of 1 starts no thread.
/// Waiting threads sleep: nothing spins on a shared machine.
class WorkerPool {
  public:
    explicit WorkerPool(int threads);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    [[nodiscard]] int threads() const noexcept { return static_cast<int>(workers_.size()) + 1; }

    /// Calls body(index, worker) for every index in [0, count); indices are handed out in order,
    /// one at a time. `worker` is in [0, threads()) and names the calling thread (for scratch
    /// memory). Returns when all are done; rethrows the first exception. Not reentrant.
    void run(std::int64_t count, const std::function<void(std::int64_t, int)>& body);

  private:
    void serve(int worker);
    void drain(int worker);

    std::vector<std::thread> workers_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_;
    const std::function<void(std::int64_t, int)>* body_ = nullptr;
    std::atomic<std::int64_t> next_{0};
    std::int64_t count_ = 0;
    std::uint64_t round_ = 0;
    int busy_ = 0;
    bool stop_ = false;
    std::exception_ptr error_;
};

}  // namespace varhush::core
