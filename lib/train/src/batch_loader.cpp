#include "batch_loader.hpp"

#include "varhush/core/error.hpp"

namespace varhush::train {
namespace {

constexpr std::size_t kAhead = 3;

}  // namespace

BatchLoader::BatchLoader(const BatchMaker& maker,
                         const ViewOrder& order,
                         std::int64_t first,
                         std::int64_t last)
    : maker_(maker),
      order_(order),
      ready_(kAhead),
      thread_([this, first, last] { work(first, last); }) {}

BatchLoader::~BatchLoader() {
    ready_.close();
    thread_.join();
}

void BatchLoader::work(std::int64_t first, std::int64_t last) {
    try {
        for (std::int64_t step = first; step <= last; ++step) {
            if (!ready_.push(maker_.make(order_.at(step)))) {
                return;
            }
        }
    } catch (...) {
        error_ = std::current_exception();
    }
    ready_.close();
}

TrackBatch BatchLoader::next() {
    auto batch = ready_.pop();
    if (!batch) {
        if (error_) {
            std::rethrow_exception(error_);
        }
        VARHUSH_CHECK(batch.has_value());
    }
    return std::move(*batch);
}

}  // namespace varhush::train
