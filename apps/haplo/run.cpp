#include "apps/haplo/run.hpp"

#include "apps/common/progress.hpp"
#include "apps/common/reader_options.hpp"
#include "apps/haplo/block_builder.hpp"
#include "apps/haplo/effects.hpp"
#include "apps/haplo/outputs.hpp"
#include "apps/haplo/personal.hpp"
#include "apps/haplo/scored_blocks.hpp"
#include "apps/haplo/summary.hpp"
#include "apps/score/gene_contigs.hpp"
#include "apps/score/model_choice.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/report/run_summary.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace varhush::apps {

namespace {

constexpr int kTooManyUnscored = 4;
// What waits to be scored together: neighbours share work. Whatever comes first.
constexpr std::size_t kBatchBlocks = 256;  // different ones
constexpr std::size_t kBatchSampleBlocks = 1 << 17;
constexpr std::size_t kBatchRecordBytes = 64 << 20;
constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

// A record that waits for its blocks.
struct WaitingRecord {
    std::int64_t id = 0;
    std::int64_t start = 0;
    io::VariantRecord record;
    std::vector<std::shared_ptr<const ScoredBlock>> of_sample;  // of the file
};

class HaploRun {
  public:
    HaploRun(const HaploOptions& options,
             const std::vector<HaploModel>& models,
             const seq::ReferenceSource& reference,
             io::VariantReader& reader,
             const std::vector<std::size_t>& samples,
             HaploOutputs& outputs)
        : reference_(reference),
          aliases_(seq::aliases_of(reference)),
          reader_(reader),
          samples_(samples),
          names_(reader.header().samples()),
          outputs_(outputs),
          builder_(samples.size(), options.rule, reference),
          scorer_(models, reference) {}

    void run(ProgressCounters& counters);
    [[nodiscard]] HaploSummary summary() const;

  private:
    struct Pending {
        SampleBlock block;
        std::shared_ptr<const ScoredBlock> scored;
    };

    void take(io::VariantRecord& record);
    void check_order(const io::VariantRecord& record);
    void score_and_write(std::int64_t first_open);
    void write_blocks(std::int64_t first_open);
    void write_records(std::int64_t first_open);
    [[nodiscard]] bool full() const;

    const seq::ReferenceSource& reference_;
    seq::ContigAliases aliases_;
    io::VariantReader& reader_;
    const std::vector<std::size_t>& samples_;
    std::vector<std::string> names_;
    HaploOutputs& outputs_;
    BlockBuilder builder_;
    BlockScorer scorer_;
    std::string contig_;
    std::string reference_contig_;
    std::set<std::string> contigs_seen_;
    std::int64_t last_start_ = -1;
    std::vector<SampleBlock> done_;  // not yet scored
    std::set<const Block*> done_blocks_;
    std::vector<Pending> scored_;  // not yet written
    std::deque<WaitingRecord> records_;
    std::size_t record_bytes_ = 0;
    io::SampleCalls raw_calls_;
    std::vector<Call> calls_;
    HaploSummary summary_;
};

void HaploRun::check_order(const io::VariantRecord& record) {
    if (record.contig() != contig_) {
        if (!contigs_seen_.insert(std::string(record.contig())).second) {
            throw Error(ErrorKind::kInput,
                        record.where() + ": the records of a contig do not stand together",
                        "sort the file: bcftools sort");
        }
        builder_.finish(done_);
        score_and_write(kEnd);
        contig_ = record.contig();
        reference_contig_ = aliases_.find(contig_).value_or("");
        last_start_ = -1;
    }
    if (record.position() < last_start_) {
        throw Error(ErrorKind::kInput,
                    record.where() + ": comes behind position " + std::to_string(last_start_ + 1),
                    "sort the file: bcftools sort");
    }
    last_start_ = record.position();
}

bool HaploRun::full() const {
    return done_blocks_.size() >= kBatchBlocks || done_.size() >= kBatchSampleBlocks ||
           record_bytes_ >= kBatchRecordBytes;
}

void HaploRun::take(io::VariantRecord& record) {
    check_order(record);
    const std::int64_t id = summary_.records++;
    record.calls(reader_.header(), raw_calls_);
    if (raw_calls_.ploidy == 0 && record.alt_count() > 0) {
        throw Error(ErrorKind::kInput, record.where() + ": no genotype (FORMAT/GT)");
    }
    calls_.clear();
    for (const std::size_t sample : samples_) {
        calls_.push_back(read_call(raw_calls_, sample, id));
        for (const int allele : {calls_.back().first, calls_.back().second}) {
            if (allele > static_cast<int>(record.alt_count())) {
                throw Error(ErrorKind::kInput,
                            record.where() + ": the genotype names ALT " + std::to_string(allele) +
                                " of " + std::to_string(record.alt_count()));
            }
        }
    }
    const auto known = reference_contig_.empty() ? std::nullopt : std::optional(reference_contig_);
    const std::size_t before = done_.size();
    builder_.add(std::make_shared<const HaploSite>(make_site(record, id, known, reference_)),
                 reference_contig_,
                 calls_,
                 done_);
    for (std::size_t i = before; i < done_.size(); ++i) {
        done_blocks_.insert(done_[i].block.get());
    }
    if (outputs_.writes_records()) {
        record_bytes_ += record.size_bytes();
        WaitingRecord waiting;
        waiting.id = id;
        waiting.start = record.position();
        waiting.record = std::move(record);
        waiting.of_sample.resize(names_.size());
        records_.push_back(std::move(waiting));
        record = io::VariantRecord();
    }
    if (full()) {
        score_and_write(builder_.first_open(last_start_));
    }
}

// `first_open`: records and blocks from there on may still grow.
void HaploRun::score_and_write(std::int64_t first_open) {
    std::vector<std::shared_ptr<const Block>> blocks;
    std::unordered_map<const Block*, std::size_t> places;
    for (const SampleBlock& one : done_) {
        if (places.emplace(one.block.get(), blocks.size()).second) {
            blocks.push_back(one.block);
        }
    }
    const auto scored = scorer_.score(blocks);
    const std::int64_t first_id = records_.empty() ? 0 : records_.front().id;
    for (SampleBlock& one : done_) {
        const auto& result = scored[places.at(one.block.get())];
        if (outputs_.writes_records()) {
            for (const std::int64_t site : one.block->sites) {
                records_[static_cast<std::size_t>(site - first_id)]
                    .of_sample[samples_[one.sample]] = result;
            }
        }
        scored_.push_back({std::move(one), result});
    }
    done_.clear();
    done_blocks_.clear();
    write_blocks(first_open);
    write_records(first_open);
    scorer_.forget_before(contig_, first_open);
}

void HaploRun::write_blocks(std::int64_t first_open) {
    const auto order = [](const Pending& one) {
        return std::pair(one.block.block->start, one.block.sample);
    };
    std::stable_sort(scored_.begin(), scored_.end(), [&](const Pending& a, const Pending& b) {
        return order(a) < order(b);
    });
    const auto behind = std::partition_point(scored_.begin(), scored_.end(), [&](const auto& one) {
        return one.block.block->start < first_open;
    });
    for (auto one = scored_.begin(); one != behind; ++one) {
        ++summary_.blocks;
        summary_.unphased_blocks += one->block.block->units > 1 ? 1 : 0;
        summary_.changed += one->scored->changed;
        for (const std::string& status : one->scored->statuses) {
            ++summary_.haplotypes;
            ++summary_.counts[status];
        }
        outputs_.add(names_[samples_[one->block.sample]], *one->scored, one->block.missing);
    }
    scored_.erase(scored_.begin(), behind);
}

void HaploRun::write_records(std::int64_t first_open) {
    while (!records_.empty() && records_.front().start < first_open) {
        WaitingRecord& front = records_.front();
        record_bytes_ -= std::min(record_bytes_, front.record.size_bytes());
        outputs_.add(front.record, front.of_sample);
        records_.pop_front();
    }
}

void HaploRun::run(ProgressCounters& counters) {
    io::VariantRecord record;
    while (reader_.next(record)) {
        take(record);
        counters.fraction = reader_.fraction_read();
        counters.alleles = summary_.haplotypes;
        const auto scored = summary_.counts.find("OK");
        counters.unscored =
            summary_.haplotypes - (scored == summary_.counts.end() ? 0 : scored->second);
    }
    builder_.finish(done_);
    score_and_write(kEnd);
}

HaploSummary HaploRun::summary() const {
    HaploSummary summary = summary_;
    summary.samples = static_cast<std::int64_t>(samples_.size());
    summary.distinct = scorer_.distinct();
    summary.missing = builder_.counts().missing;
    summary.ploidy = builder_.counts().ploidy;
    summary.effects_wanted = scorer_.counts().wanted;
    summary.effects_computed = scorer_.counts().computed;
    return summary;
}

int judge_unscored(const std::string& limit_text, const HaploSummary& summary) {
    if (limit_text.empty() ||
        !parse_unscored_limit(limit_text).exceeded(summary.unscored(), summary.haplotypes)) {
        return 0;
    }
    core::log(core::LogLevel::kError,
              report::with_thousands(summary.unscored()) + " of " +
                  report::with_thousands(summary.haplotypes) +
                  " haplotypes have no score, more than --max-unscored " + limit_text +
                  " allows (the output is complete)");
    return kTooManyUnscored;
}

// Written and complete, but not yet under their names.
struct PersonalSequence {
    std::unique_ptr<io::OutputFile> fasta;
    std::unique_ptr<io::OutputFile> chain;

    void close() const {
        for (const auto* file : {&fasta, &chain}) {
            if (*file != nullptr) {
                (*file)->close();
            }
        }
    }
};

PersonalSequence emit_sequence(const HaploOptions& options,
                               const std::string& sample,
                               const seq::ReferenceSource& reference,
                               const io::ThreadPool& pool) {
    PersonalSequence files;
    if (!options.fasta_out.empty()) {
        files.fasta =
            std::make_unique<io::OutputFile>(options.fasta_out, io::packing_for(options.fasta_out));
    }
    if (!options.chain_out.empty()) {
        files.chain =
            std::make_unique<io::OutputFile>(options.chain_out, io::packing_for(options.chain_out));
    }
    const Haplotype haplotype =
        read_haplotype(options.score.input, sample, options.haplotype, reference, pool);
    if (files.fasta != nullptr) {
        write_personal_fasta(reference, haplotype, *files.fasta);
        files.fasta->finish();
    }
    if (files.chain != nullptr) {
        write_chain(reference, haplotype, *files.chain);
        files.chain->finish();
    }
    std::string text = "haplotype " + std::to_string(options.haplotype) + " of " + sample + ": " +
                       report::with_thousands(haplotype.applied) + " changes";
    for (const auto& [reason, count] : haplotype.left_out) {
        text += ", left out " + report::with_thousands(count) + ' ' + reason;
    }
    core::log(haplotype.left_out.empty() ? core::LogLevel::kInfo : core::LogLevel::kWarning, text);
    if (haplotype.joined_sets > 0) {
        core::log(core::LogLevel::kWarning,
                  "it joins sets of phase at " + report::with_thousands(haplotype.joined_sets) +
                      " places: how they lie to each other is not known");
    }
    return files;
}

std::string only_sample(const HaploOptions& options,
                        const std::vector<std::size_t>& chosen,
                        const std::vector<std::string>& names) {
    if (chosen.size() != 1) {
        throw Error(ErrorKind::kUsage,
                    "--emit-fasta and --emit-chain are of one sample, and " +
                        std::to_string(chosen.size()) + " are chosen",
                    "name it with -s; 'bcftools query -l " + options.score.input + "' lists them");
    }
    return names[chosen.front()];
}

}  // namespace

int run_haplo_with(const HaploOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    const ScoreOptions& score = options.score;
    const core::ThreadPlan plan = core::make_thread_plan(score.run.threads);
    const io::ThreadPool pool(plan.hts);
    io::VariantReader reader(reader_options(score.input, score.regions), pool);
    const auto samples = chosen_samples(options, reader.header().samples());
    std::optional<io::OutputFile> stats;
    if (!score.stats.empty()) {
        stats.emplace(score.stats);
    }
    const io::FastaReader reference(score.fasta);
    PersonalSequence personal;
    if (options.emits()) {
        personal = emit_sequence(
            options, only_sample(options, samples, reader.header().samples()), reference, pool);
        if (score.without_model()) {
            personal.close();
            return 0;
        }
    }
    const GeneChoice genes(score);
    if (genes.all) {
        refuse_genes_past_contigs(reference, *genes.all);
        if (const auto warning = gene_contig_warning(reader.header().contigs(), *genes.all);
            !warning.empty()) {
            core::log(core::LogLevel::kWarning, warning);
        }
    }
    const auto models = make_haplo_models(
        score, reference, genes.chosen(), genes.all ? &*genes.all : nullptr, plan.model);
    HaploOutputs outputs(options, models, reader.header(), pool);
    HaploRun run(options, models, reference, reader, samples, outputs);
    {
        ProgressCounters counters;
        const ProgressDisplay display(counters, choose_progress(score.progress, score.run.quiet));
        run.run(counters);
        outputs.close();
        personal.close();
    }
    HaploSummary summary = run.summary();
    for (const HaploModel& model : models) {
        summary.models += (summary.models.empty() ? "" : ",") + model.provenance.id;
    }
    summary.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (stats) {
        stats->write(summary.to_json());
        stats->close();
    }
    const int code = judge_unscored(score.max_unscored, summary);
    core::log(core::LogLevel::kInfo, summary.to_text());
    return code;
}

}  // namespace varhush::apps
