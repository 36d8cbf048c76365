#include "apps/score/pipeline.hpp"

#include "command_fixture.hpp"
#include "sample_vcf.hpp"
#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace varhush::apps {
namespace {

class MarkingScorer : public RecordScorer {
  public:
    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override {
        largest_batch = std::max(largest_batch, records.size());
        for (std::size_t i = 0; i < records.size(); ++i) {
            annotations[i].alleles.assign(records[i].alt_count(), {});
            for (auto& allele : annotations[i].alleles) {
                allele.status = seq::AlleleStatus::kOk;
                allele.top = std::string(records[i].id());
            }
            if (++seen == fail_at) {
                throw Error(ErrorKind::kInternal, "scorer broke");
            }
        }
    }

    std::size_t largest_batch = 0;
    int seen = 0;
    int fail_at = -1;
};

class CollectingWriter : public ResultWriter {
  public:
    void put(io::VariantRecord& record, const seq::RecordAnnotation& annotation) override {
        ids.emplace_back(record.id());
        EXPECT_EQ(annotation.alleles.size(), record.alt_count());
        EXPECT_EQ(annotation.alleles.at(0).top, record.id());  // its own, not a neighbour's
        if (ids.size() == fail_at) {
            throw Error(ErrorKind::kOutput, "disk full");
        }
    }
    void close() override { closed = true; }

    std::vector<std::string> ids;
    std::size_t fail_at = 0;
    bool closed = false;
};

class PipelineTest : public CommandFixture {
  protected:
    static constexpr int kRecords = 1000;

    void SetUp() override { write("in.vcf", sample_vcf(kRecords)); }

    report::RunSummary run_with(const PipelineLimits& limits) {
        io::VariantReaderOptions options;
        options.path = folder() / "in.vcf";
        io::VariantReader reader(options, pool_);
        ProgressCounters counters;
        auto summary = run_pipeline(reader, scorer_, writer_, counters, limits);
        EXPECT_EQ(counters.alleles, summary.alleles);
        EXPECT_EQ(counters.unscored, 0);
        EXPECT_GT(counters.fraction, 0.99);
        return summary;
    }

    io::ThreadPool pool_{0};
    MarkingScorer scorer_;
    CollectingWriter writer_;
};

TEST_F(PipelineTest, KeepsOrderAndCountsWhateverTheBatches) {
    for (const std::size_t records : {1, 7, 512, 5000}) {
        PipelineLimits limits;
        limits.batch_records = records;
        limits.batches = records % 2 == 1 ? 1 : 3;
        writer_.ids.clear();
        const auto summary = run_with(limits);
        EXPECT_EQ(summary.records, kRecords);
        EXPECT_EQ(summary.scored(), summary.alleles);
        ASSERT_EQ(writer_.ids.size(), static_cast<std::size_t>(kRecords));
        for (int i = 0; i < kRecords; ++i) {
            ASSERT_EQ(writer_.ids[static_cast<std::size_t>(i)], "rs" + std::to_string(i));
        }
    }
    EXPECT_FALSE(writer_.closed);  // closing is the caller's, after a complete run
}

TEST_F(PipelineTest, BatchesAreBoundedByRecordsAndBytes) {
    PipelineLimits limits;
    limits.batch_records = 64;
    static_cast<void>(run_with(limits));
    EXPECT_EQ(scorer_.largest_batch, 64U);
    scorer_.largest_batch = 0;
    limits.batch_bytes = 300;  // an SNV with an ID and a count takes some tens
    static_cast<void>(run_with(limits));
    EXPECT_GE(scorer_.largest_batch, 4U);
    EXPECT_LE(scorer_.largest_batch, 20U);
}

TEST_F(PipelineTest, SparseRecordsComeInSmallBatchesThatDoNotCutNeighbours) {
    std::string text = kSampleHead + kSampleColumns;
    for (int cluster = 0; cluster < 40; ++cluster) {
        for (int i = 0; i < 25; ++i) {
            text += "chr1\t" + std::to_string(1000 + cluster * 100000 + i) + "\trs" +
                    std::to_string(cluster * 25 + i) + "\tA\tC\t.\t.\t.\n";
        }
    }
    write("in.vcf", text);
    const auto summary = run_with({});
    EXPECT_EQ(summary.records, 1000);
    EXPECT_EQ(scorer_.largest_batch, 75U);  // three whole clusters: the first end beyond 64
    EXPECT_EQ(writer_.ids.size(), 1000U);
    EXPECT_EQ(writer_.ids.back(), "rs999");
}

TEST_F(PipelineTest, AnErrorOfAnyStageEndsTheRun) {
    PipelineLimits limits;
    limits.batch_records = 5;
    limits.batches = 2;
    scorer_.fail_at = 333;
    EXPECT_THROW(static_cast<void>(run_with(limits)), Error);
    scorer_.fail_at = -1;
    writer_.ids.clear();
    writer_.fail_at = 100;
    EXPECT_THROW(static_cast<void>(run_with(limits)), Error);
    writer_.fail_at = 0;
    write("in.vcf", sample_vcf(500) + "chr1\tbroken\n");
    EXPECT_THROW(static_cast<void>(run_with(limits)), Error);
}

}  // namespace
}  // namespace varhush::apps
