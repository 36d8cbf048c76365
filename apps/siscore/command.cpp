#include "apps/siscore/command.hpp"

#include "apps/common/efficacy_options.hpp"
#include "apps/siscore/guide_rows.hpp"
#include "apps/siscore/json_rows.hpp"
#include "apps/siscore/judge.hpp"
#include "apps/siscore/options.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/core/version.hpp"
#include "varhush/io/output_file.hpp"

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace varhush::apps {

namespace {

constexpr std::size_t kBatch = 4096;  // rows: memory does not grow with the file
constexpr int kTooManyUnscored = 4;

class Siscore {
  public:
    explicit Siscore(const SiscoreOptions& options)
        : options_(options),
          threads_(core::make_thread_plan(options.run.threads).model),
          model_(load_efficacy_model({options.model, options.known_laboratory, threads_})),
          rows_(options.input),
          folder_(threads_),
          out_(options.output, io::packing_for(options.output)) {
        if (!options.json.empty()) {
            const bool versioned = !options.no_version;
            json_.emplace(options.json,
                          JsonRows::Head{std::string(versioned ? core::version() : ""),
                                         versioned ? options.command_line : "",
                                         model_->name(),
                                         model_->sha256(),
                                         options.known_laboratory},
                          rows_.header());
        }
    }

    int run() {
        std::string header = rows_.header();
        for (const char* column : kJudgementColumns) {
            header += '\t';
            header += column;
        }
        out_.write(header + "\n");
        GuideRow row;
        while (rows_.next(row)) {
            take(row);
            if (batch_.size() == kBatch) {
                flush();
            }
        }
        flush();
        if (counts_.rows == 0) {
            throw Error(ErrorKind::kInput, input_name(options_.input) + ": has no guides");
        }
        if (!rows_.complete()) {
            core::log(core::LogLevel::kWarning,
                      input_name(options_.input) + ": the last line has no end; is the file cut?");
        }
        // Both are whole and on the disk before the first gets its name.
        out_.finish();
        if (json_) {
            json_->finish(counts_);
            json_->close();
        }
        out_.close();
        return sum_up();
    }

  private:
    void take(const GuideRow& row) {
        PreparedRow prepared = prepare_row(row);
        if (options_.fold && prepared.scored()) {
            folder_.fold(prepared.query);
        }
        ++counts_.rows;
        ++counts_.by_status[prepared.status];
        counts_.unscored += prepared.scored() ? 0 : 1;
        if (!row.id.empty() && !ids_.insert(row.id).second) {
            ++counts_.repeated_ids;
        }
        batch_.push_back(std::move(prepared));
        texts_.push_back(row.text);
    }

    void flush() {
        std::vector<sirna::GuideQuery> queries;
        for (const PreparedRow& row : batch_) {
            if (row.scored()) {
                queries.push_back(row.query);
            }
        }
        const auto efficacies = model_->predict(queries);
        std::size_t next = 0;
        std::string text;
        for (std::size_t i = 0; i < batch_.size(); ++i) {
            const sirna::Efficacy efficacy =
                batch_[i].scored() ? efficacies[next++] : sirna::Efficacy{};
            text += texts_[i];
            for (const std::string& column : judgement_of(batch_[i], efficacy)) {
                text += '\t';
                text += column;
            }
            text += '\n';
            if (json_) {
                json_->add(texts_[i], batch_[i], efficacy);
            }
        }
        out_.write(text);
        batch_.clear();
        texts_.clear();
    }

    int sum_up() const {
        std::string line = std::to_string(counts_.rows) + " guides, " +
                           std::to_string(counts_.rows - counts_.unscored) + " scored by " +
                           model_->name() + " (SHA-256 " + model_->sha256().substr(0, 12) + ")";
        for (const auto& [status, count] : counts_.by_status) {
            if (status != "OK") {
                line += ", ";
                line += std::to_string(count);
                line += ' ';
                line += status;
            }
        }
        core::log(counts_.unscored > 0 ? core::LogLevel::kWarning : core::LogLevel::kInfo, line);
        if (counts_.repeated_ids > 0) {
            core::log(
                core::LogLevel::kWarning,
                "rows that repeat the id of another: " + std::to_string(counts_.repeated_ids));
        }
        if (options_.max_unscored >= 0 && counts_.unscored > options_.max_unscored) {
            core::log(core::LogLevel::kError,
                      std::to_string(counts_.unscored) +
                          " guides have no score, more than "
                          "--max-unscored " +
                          std::to_string(options_.max_unscored));
            return kTooManyUnscored;
        }
        return 0;
    }

    const SiscoreOptions& options_;
    int threads_;
    std::unique_ptr<sirna::EfficacyModel> model_;
    GuideRows rows_;
    ContextFolder folder_;
    io::OutputFile out_;
    std::optional<JsonRows> json_;
    std::vector<PreparedRow> batch_;
    std::vector<std::string> texts_;
    std::unordered_set<std::string> ids_;
    SiscoreCounts counts_;
};

}  // namespace

int run_siscore(int argc, const char* const* argv) {
    const SiscoreOptions options = parse_siscore_options(argc, argv);
    apply_verbosity(options.run);
    return Siscore(options).run();
}

}  // namespace varhush::apps
