#include "varhush/core/worker_pool.hpp"

#include <algorithm>
#include <utility>

namespace varhush::core {

WorkerPool::WorkerPool(int threads) {
    for (int worker = 1; worker < std::max(threads, 1); ++worker) {
        workers_.emplace_back([this, worker] { serve(worker); });
    }
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    for (auto& thread : workers_) {
        thread.join();
    }
}

void WorkerPool::drain(int worker) {
    try {
        for (std::int64_t index = next_++; index < count_; index = next_++) {
            (*body_)(index, worker);
        }
    } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!error_) {
            error_ = std::current_exception();
        }
        next_ = count_;
    }
}

void WorkerPool::serve(int worker) {
    std::uint64_t seen = 0;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stop_ || round_ != seen; });
            if (stop_) {
                return;
            }
            seen = round_;
        }
        drain(worker);
        const std::lock_guard lock(mutex_);
        if (--busy_ == 0) {
            done_.notify_one();
        }
    }
}

void WorkerPool::run(std::int64_t count, const std::function<void(std::int64_t, int)>& body) {
    {
        const std::lock_guard lock(mutex_);
        body_ = &body;
        count_ = count;
        next_ = 0;
        error_ = nullptr;
        busy_ = static_cast<int>(workers_.size());
        ++round_;
    }
    wake_.notify_all();
    drain(0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return busy_ == 0; });
    if (error_) {
        std::rethrow_exception(std::exchange(error_, nullptr));
    }
}

}  // namespace varhush::core
