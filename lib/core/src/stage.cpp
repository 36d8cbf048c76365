#include "varhush/core/stage.hpp"

#include <utility>

namespace varhush::core {

StageGroup::~StageGroup() {
    for (auto& thread : threads_) {
        if (thread.joinable()) {
            thread.join();
        }
    }
}

void StageGroup::remember(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!first_error_) {
        first_error_ = std::move(error);
    }
}

void StageGroup::start(std::function<void()> body,
                       std::function<void()> on_exit,
                       std::function<void()> on_error) {
    threads_.emplace_back([this,
                           body = std::move(body),
                           on_exit = std::move(on_exit),
                           on_error = std::move(on_error)] {
        try {
            body();
            on_exit();
        } catch (...) {
            remember(std::current_exception());
            on_error();
        }
    });
}

void StageGroup::join() {
    for (auto& thread : threads_) {
        thread.join();
    }
    threads_.clear();
    if (first_error_) {
        std::rethrow_exception(std::exchange(first_error_, nullptr));
    }
}

}  // namespace varhush::core
