#include "apps/score/scorer_records.hpp"

#include <algorithm>

namespace varhush::apps {

namespace {

void copy_record(const io::VariantRecord& record, scoring::VariantInput& input) {
    input.contig = record.contig();
    input.position = record.position();
    input.ref = record.ref();
    input.alts.resize(record.alt_count());
    for (std::size_t i = 0; i < input.alts.size(); ++i) {
        input.alts[i] = record.alt(i);
    }
}

}  // namespace

void copy_records(std::span<const io::VariantRecord> records,
                  std::vector<scoring::VariantInput>& inputs) {
    inputs.resize(std::max(inputs.size(), records.size()));
    for (std::size_t i = 0; i < records.size(); ++i) {
        copy_record(records[i], inputs[i]);
    }
}

report::ModelProvenance provenance_of(const models::ModelIdentity& identity,
                                      std::int64_t window_bp) {
    report::ModelProvenance model;
    model.id = identity.id;
    model.sha256 = identity.sha256;
    model.window_bp = window_bp;
    model.terms = identity.terms;
    return model;
}

}  // namespace varhush::apps
