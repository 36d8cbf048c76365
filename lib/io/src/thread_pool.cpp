#include "varhush/io/thread_pool.hpp"

#include "thread_pool_impl.hpp"

namespace varhush::io {

ThreadPool::ThreadPool(int threads) : impl_(std::make_unique<Impl>()) {
    if (threads <= 0) {
        return;
    }
    impl_->pool.pool = hts_tpool_init(threads);
    if (impl_->pool.pool == nullptr) {
        throw Error(ErrorKind::kInternal,
                    "cannot start " + std::to_string(threads) + " compression threads",
                    "give fewer with -@");
    }
}

ThreadPool::~ThreadPool() = default;
ThreadPool::ThreadPool(ThreadPool&&) noexcept = default;
ThreadPool& ThreadPool::operator=(ThreadPool&&) noexcept = default;

void attach(const ThreadPool& pool, htsFile* file) {
    ThreadPool::Impl* impl = pool.impl();
    if (impl == nullptr || impl->pool.pool == nullptr) {
        return;
    }
    if (hts_set_thread_pool(file, &impl->pool) != 0) {
        throw Error(ErrorKind::kInternal, "cannot attach the compression threads");
    }
}

int thread_count(const ThreadPool& pool) noexcept {
    const ThreadPool::Impl* impl = pool.impl();
    return impl == nullptr || impl->pool.pool == nullptr ? 0 : hts_tpool_size(impl->pool.pool);
}

}  // namespace varhush::io
