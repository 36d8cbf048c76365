#pragma once

#include "track_batch.hpp"
#include "varhush/core/queue.hpp"

#include <cstdint>
#include <exception>
#include <thread>

namespace varhush::train {

/// Makes the batches of steps `first` .. `last` in a thread of its own, a few ahead.
class BatchLoader {
  public:
    BatchLoader(const BatchMaker& maker,
                const ViewOrder& order,
                std::int64_t first,
                std::int64_t last);
    ~BatchLoader();
    BatchLoader(const BatchLoader&) = delete;
    BatchLoader& operator=(const BatchLoader&) = delete;

    /// The next one. @throws what making it threw.
    TrackBatch next();

  private:
    void work(std::int64_t first, std::int64_t last);

    const BatchMaker& maker_;
    ViewOrder order_;
    core::BoundedQueue<TrackBatch> ready_;
    std::exception_ptr error_;
    std::thread thread_;
};

}  // namespace varhush::train
