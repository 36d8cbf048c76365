#pragma once

#include "hts.hpp"
#include "varhush/io/thread_pool.hpp"

#include <htslib/thread_pool.h>

namespace varhush::io {

struct ThreadPool::Impl {
    htsThreadPool pool{nullptr, 0};

    Impl() = default;
    ~Impl() {
        if (pool.pool != nullptr) {
            hts_tpool_destroy(pool.pool);
        }
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
};

/// Lets `file` compress or decompress in the pool; nothing to do without one.
void attach(const ThreadPool& pool, htsFile* file);

/// Threads in the pool; 0 without one.
int thread_count(const ThreadPool& pool) noexcept;

}  // namespace varhush::io
