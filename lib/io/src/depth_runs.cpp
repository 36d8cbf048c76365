#include "varhush/io/depth_runs.hpp"

#include "varhush/core/error.hpp"

#include <limits>

namespace varhush::io {

void DepthRuns::start_contig(const std::string& contig) {
    finish();
    run_.contig = contig;
}

void DepthRuns::add(std::int64_t start, std::int64_t end) {
    if (start < end) {
        steps_.push({start, 1});
        steps_.push({end, -1});
    }
}

void DepthRuns::change_depth(std::int64_t position, std::int64_t depth) {
    if (depth == run_.depth) {
        return;
    }
    if (run_.depth > 0 && run_.start < position) {
        run_.end = position;
        emit_(run_);
    }
    run_.start = position;
    run_.depth = depth;
}

void DepthRuns::advance(std::int64_t position) {
    while (!steps_.empty() && steps_.top().position < position) {
        const std::int64_t here = steps_.top().position;
        while (!steps_.empty() && steps_.top().position == here) {
            depth_ += steps_.top().change;
            steps_.pop();
        }
        change_depth(here, depth_);
    }
}

void DepthRuns::finish() {
    advance(std::numeric_limits<std::int64_t>::max());
    VARHUSH_CHECK(depth_ == 0);
}

}  // namespace varhush::io
