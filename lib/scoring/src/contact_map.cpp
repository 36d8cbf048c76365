// Contact maps: mean absolute change of the contacts of the variant's bin. docs/scorers.md.

#include "scorers.hpp"
#include "varhush/core/error.hpp"

#include <cmath>

namespace varhush::scoring {

namespace {

class ContactMapScorer final : public VariantScorer {
  public:
    explicit ContactMapScorer(const ScorerJob& job)
        : table_(job.table()), bins_(job.window.width() / models::kPairBp), alignment_(bins_) {
        const std::int64_t offset = job.variant.start - job.window.start;
        const bool inside =
            job.variant.contig == job.window.contig && offset >= 0 && offset < job.window.width();
        table_.status = inside ? seq::AlleleStatus::kOk : seq::AlleleStatus::kEdge;
        column_ = offset / models::kPairBp;
        const auto alignment = IndelAlignment::make(job.window, job.changes, models::kPairBp);
        const bool align = job.context.align == AlignMode::kAll && alignment.has_value();
        table_.aligned = job.same_length() || align;
        if (align) {
            alignment_ = *alignment;
        }
    }

    [[nodiscard]] seq::AlleleStatus status() const noexcept override { return table_.status; }

    [[nodiscard]] std::optional<ContactNeed> contact() const override {
        if (table_.status != seq::AlleleStatus::kOk || table_.channels.empty()) {
            return std::nullopt;
        }
        return ContactNeed{column_, table_.channels};
    }

    void consume_contacts(std::span<const float> ref, std::span<const float> alt) override {
        const std::size_t width = table_.channels.size();
        const std::size_t size = static_cast<std::size_t>(bins_) * width;
        VARHUSH_CHECK(ref.size() == size && alt.size() == size);
        const std::vector<models::PositionRange> all{{0, bins_}};
        const std::vector<float> aligned = align_rows(all, alt, width);
        std::vector<double> sums(width);
        for (std::size_t i = 0; i < size; ++i) {
            sums[i % width] +=
                std::fabs(static_cast<double>(aligned[i]) - static_cast<double>(ref[i]));
        }
        for (const double sum : sums) {
            table_.values.push_back(sum / static_cast<double>(bins_));
        }
    }

    [[nodiscard]] ScoreTable finish() override {
        if (contact()) {
            VARHUSH_CHECK(table_.values.size() == table_.channels.size());
            table_.rows.emplace_back();
        }
        return std::move(table_);
    }

  private:
    /// Rows of ALT laid over those of REF. Deletions drop the last ALT rows, so only what is used
    /// is handed on.
    [[nodiscard]] std::vector<float> align_rows(const std::vector<models::PositionRange>& all,
                                                std::span<const float> alt,
                                                std::size_t width) const {
        std::vector<float> used;
        for (const models::PositionRange& range : alignment_.alt_bins(all)) {
            const auto rows = alt.subspan(static_cast<std::size_t>(range.begin) * width,
                                          static_cast<std::size_t>(range.size()) * width);
            used.insert(used.end(), rows.begin(), rows.end());
        }
        return alignment_.align(all, used, static_cast<int>(width));
    }

    ScoreTable table_;
    std::int64_t bins_;
    std::int64_t column_ = 0;
    IndelAlignment alignment_;
};

}  // namespace

std::unique_ptr<VariantScorer> make_contact_map(const ScorerJob& job) {
    return std::make_unique<ContactMapScorer>(job);
}

}  // namespace varhush::scoring
