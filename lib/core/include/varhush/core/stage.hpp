#pragma once

#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace varhush::core {

/// A few threads that form one run. `start` runs `body` in a thread of its own; `on_exit` runs when
/// the body returned, `on_error` when it threw (typically closing every queue). `join` waits for
/// all and rethrows the first error of any stage. The destructor joins without throwing.
class StageGroup {
  public:
    StageGroup() = default;
    StageGroup(const StageGroup&) = delete;
    StageGroup& operator=(const StageGroup&) = delete;
    ~StageGroup();

    void start(std::function<void()> body,
               std::function<void()> on_exit,
               std::function<void()> on_error);
    void join();

  private:
    void remember(std::exception_ptr error);

    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::exception_ptr first_error_;
};

}  // namespace varhush::core
