#include "varhush/io/depth_runs.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <limits>

namespace varhush::io {

void DepthRuns::start_contig(const std::string& contig) {
    finish();
    run_.contig = contig;
    at_ = 0;
    last_ = -1;  // the ring is empty: nothing of the contig before may keep scan() going
}

void DepthRuns::note(std::int64_t position, int change) {
    if (position - at_ >= kWindow) {
        far_.push({position, change});
        return;
    }
    changes_[slot(position)] += change;
    last_ = std::max(last_, position);
}

void DepthRuns::add(std::int64_t start, std::int64_t end) {
    if (start < end) {
        VARHUSH_CHECK(start >= at_);
        note(start, 1);
        note(end, -1);
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

void DepthRuns::take_far_steps() {
    while (!far_.empty() && far_.top().position - at_ < kWindow) {
        const Step step = far_.top();
        far_.pop();
        note(step.position, step.change);
    }
}

/// Does the changes of the ring before `stop`, which lies at most kWindow ahead.
void DepthRuns::scan(std::int64_t stop) {
    for (const std::int64_t end = std::min(stop, last_ + 1); at_ < end; ++at_) {
        std::int32_t& change = changes_[slot(at_)];
        if (change != 0) {
            depth_ += change;
            change = 0;
            change_depth(at_, depth_);
        }
    }
}

void DepthRuns::advance(std::int64_t position) {
    while (at_ < position) {
        if (last_ < at_ && far_.empty()) {
            at_ = position;
            return;
        }
        if (last_ < at_) {  // nothing until the next far step
            at_ = std::min(position, far_.top().position);
        } else {
            scan(position);
        }
        take_far_steps();
    }
}

void DepthRuns::finish() {
    advance(std::numeric_limits<std::int64_t>::max());
    VARHUSH_CHECK(depth_ == 0);
}

}  // namespace varhush::io
