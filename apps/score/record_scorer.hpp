#pragma once

#include "varhush/io/variant_record.hpp"
#include "varhush/seq/annotation.hpp"

#include <span>

namespace varhush::apps {

/// What stands between reader and writer: fills one annotation for each record.
class RecordScorer {
  public:
    virtual ~RecordScorer() = default;

    /// `annotations` has the size of `records`; old contents are to be overwritten.
    virtual void score(std::span<const io::VariantRecord> records,
                       std::span<seq::RecordAnnotation> annotations) = 0;
};

}  // namespace varhush::apps
