#include "apps/bench/grammar.hpp"

#include "apps/bench/composition.hpp"
#include "apps/bench/figures.hpp"
#include "apps/bench/grammar_model.hpp"
#include "apps/bench/motif.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/jaspar_reader.hpp"
#include "varhush/train/metrics.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;

/// Which way a change must go, and what is read.
struct Question {
    std::string motif;        ///< the row's name
    std::string composition;  ///< what is asked, in words
    std::string factor;       ///< whose track is read
    double sign = 1;
    std::vector<GrammarChange> changes;  ///< one a background
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

/// The chosen matrices of a file, in its order, the first of each name. Upper and lower case are
/// the same: the file spells factors of mice another way.
void read_matrices(const GrammarBenchOptions& own, std::vector<Motif>& motifs) {
    std::set<std::string> wanted;
    for (const auto& name : core::split_list(own.names)) {
        wanted.insert(lower(name));
    }
    const bool all = wanted.empty();
    std::set<std::string> seen;
    for (const auto& matrix : io::read_jaspar(own.motifs)) {
        const std::string name = lower(matrix.name);
        if ((all || wanted.erase(name) > 0) && seen.insert(name).second) {
            motifs.emplace_back(matrix);
        }
    }
    if (!wanted.empty()) {
        throw Error(ErrorKind::kInput,
                    own.motifs + ": there is no matrix called " + *wanted.begin());
    }
}

std::vector<Motif> read_motifs(const GrammarBenchOptions& own) {
    std::vector<Motif> motifs;
    if (!own.motifs.empty()) {
        read_matrices(own, motifs);
    }
    for (const auto& text : own.consensus) {
        motifs.push_back(Motif::from_consensus(text));
    }
    std::set<std::string> names;
    for (const Motif& motif : motifs) {
        if (!names.insert(lower(motif.name())).second) {
            throw Error(ErrorKind::kUsage, "two motifs are called " + motif.name());
        }
    }
    return motifs;
}

const Motif& find_motif(const std::vector<Motif>& motifs, const std::string& name) {
    const auto found = std::find_if(motifs.begin(), motifs.end(), [&](const Motif& one) {
        return lower(one.name()) == lower(name);
    });
    if (found == motifs.end()) {
        throw Error(ErrorKind::kUsage, "--pair names " + name + ", which is none of the motifs");
    }
    return *found;
}

/// A seed of its own for each motif or pair: leaving one out changes no other.
train::Random random_for(std::uint64_t seed, const std::string& name) {
    std::uint64_t mixed = seed + 0x9E3779B97F4A7C15ULL;
    for (const char c : name) {  // FNV-1a
        mixed = (mixed ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    return train::Random(mixed);
}

/// Makes the questions and asks them.
class GrammarBench {
  public:
    explicit GrammarBench(const BenchOptions& options)
        : options_(options),
          own_(options.grammar),
          motifs_(read_motifs(own_)),
          model_(
              open_grammar_model(options.model, core::make_thread_plan(options.run.threads).model)),
          neutral_(own_.from.empty() ? NeutralSequence()
                                     : NeutralSequence(io::FastaReader(own_.from))),
          length_(own_.length > 0 ? static_cast<std::size_t>(own_.length) : model_->usual_length()),
          composer_(neutral_, length_, own_.threshold) {
        model_->check_length(length_);
        for (const auto& name : core::split_list(own_.repressors)) {
            static_cast<void>(find_motif(motifs_, name));
            repressors_.insert(lower(name));
        }
    }

    std::vector<Json> run() {
        ask_motifs();
        ask_pairs();
        if (rows_.empty()) {
            throw Error(ErrorKind::kInput, "the model has a track of none of the motifs");
        }
        add_means();
        return std::move(rows_);
    }

  private:
    [[nodiscard]] double sign_of(const Motif& motif) const {
        return repressors_.contains(lower(motif.name())) ? -1 : 1;
    }

    void ask_motifs() {
        for (const Motif& motif : motifs_) {
            if (!model_->knows(motif.name())) {
                core::log(core::LogLevel::kWarning,
                          motif.name() + ": the model has no track of this factor");
                continue;
            }
            train::Random random = random_for(own_.seed, motif.name());
            std::vector<MotifSequences> all;
            all.reserve(static_cast<std::size_t>(own_.backgrounds));
            for (int i = 0; i < own_.backgrounds; ++i) {
                all.push_back(composer_.motif(motif, random));
            }
            ask_one(motif, all);
        }
    }

    void ask_one(const Motif& motif, const std::vector<MotifSequences>& all) {
        const double sign = sign_of(motif);
        const auto put = [&](const char* composition,
                             std::string MotifSequences::*from,
                             std::string MotifSequences::*to,
                             std::size_t MotifSequences::*place,
                             double direction) {
            Question question{motif.name(), composition, motif.name(), direction * sign, {}};
            for (const MotifSequences& one : all) {
                question.changes.push_back({one.*from, one.*to, one.*place});
            }
            ask(question);
        };
        using S = MotifSequences;
        put("planted in nothing", &S::none, &S::planted, &S::place, 1);
        put("broken", &S::planted, &S::broken, &S::place, -1);
        put("moved by 10 bp, against nothing", &S::none, &S::moved, &S::place, 1);
        put("moved far, against nothing", &S::none, &S::moved_far, &S::far_place, 1);
        put("reversed, against nothing", &S::none, &S::reversed, &S::place, 1);
        if (model_->has_tracks()) {
            put("moved far, at the old place", &S::planted, &S::moved_far, &S::place, -1);
        }
    }

    void ask_pairs() {
        for (const auto& text : own_.pairs) {
            const auto names = core::split_list(text);
            if (names.size() != 2 || names[0] == names[1]) {
                throw Error(ErrorKind::kUsage, "--pair " + text + ": expected two motifs, A,B");
            }
            const Motif& a = find_motif(motifs_, names[0]);
            const Motif& b = find_motif(motifs_, names[1]);
            train::Random random = random_for(own_.seed, text);
            std::vector<PairSequences> all;
            all.reserve(static_cast<std::size_t>(own_.backgrounds));
            for (int i = 0; i < own_.backgrounds; ++i) {
                all.push_back(composer_.pair(a, b, random));
            }
            ask_half(a, b, all, false);
            ask_half(b, a, all, true);
        }
    }

    /// What `a` must do beside `b`; `second`: it is the second motif of the sequences.
    void ask_half(const Motif& a,
                  const Motif& b,
                  const std::vector<PairSequences>& all,
                  bool second) {
        if (!model_->knows(a.name())) {
            return;
        }
        using S = PairSequences;
        const auto only_a = second ? &S::only_b : &S::only_a;
        const auto only_b = second ? &S::only_a : &S::only_b;
        const auto place = second ? &S::place_b : &S::place_a;
        const auto put = [&](const std::string& composition,
                             std::string S::*from,
                             std::string S::*to,
                             double direction) {
            Question question{a.name() + " beside " + b.name(),
                              composition,
                              a.name(),
                              direction * sign_of(a),
                              {}};
            for (const S& one : all) {
                question.changes.push_back({one.*from, one.*to, one.*place});
            }
            ask(question);
        };
        put("A and not B, against neither", &S::neither, only_a, 1);
        put("A and B, against B and not A", only_b, &S::both, 1);
        put("A broken where both are", &S::both, only_b, -1);
        if (model_->has_tracks() && a.name() != b.name()) {
            put("A and not B, against B and not A", only_b, only_a, 1);
        }
    }

    void ask(const Question& question) {
        std::vector<double> right;
        double sum = 0;
        std::size_t unscored = 0;
        for (const auto& change : model_->differences(question.changes, question.factor)) {
            if (!change) {
                ++unscored;
                continue;
            }
            right.push_back(*change * question.sign > 0 ? 1 : 0);
            sum += *change;
        }
        add_row(question.motif, question.composition, right);
        rows_.back()["mean_change"] = right.empty() ? std::numeric_limits<double>::quiet_NaN()
                                                    : sum / static_cast<double>(right.size());
        rows_.back()["unscored"] = unscored;
        auto& group = by_composition_[question.composition];
        group.insert(group.end(), right.begin(), right.end());
        if (std::find(compositions_.begin(), compositions_.end(), question.composition) ==
            compositions_.end()) {
            compositions_.push_back(question.composition);
        }
    }

    void add_row(const std::string& motif,
                 const std::string& composition,
                 const std::vector<double>& right) {
        const auto share = [&](std::span<const std::size_t> drawn) {
            double sum = 0;
            for (const std::size_t i : drawn) {
                sum += right[i];
            }
            return sum / static_cast<double>(drawn.size());
        };
        constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
        double value = kNone;
        train::Interval interval{kNone, kNone};
        if (!right.empty()) {
            std::vector<std::size_t> all(right.size());
            for (std::size_t i = 0; i < all.size(); ++i) {
                all[i] = i;
            }
            value = share(all);
            interval = options_.rounds > 1
                           ? train::bootstrap(right.size(), options_.rounds, 1, share)
                           : interval;
        }
        rows_.push_back({{"motif", motif},
                         {"composition", composition},
                         {"backgrounds", right.size()},
                         {"value", value},
                         {"low", interval.low},
                         {"high", interval.high}});
        // Beyond chance to one side; nothing where the interval holds a half.
        Json verdict;
        if (interval.low > 0.5 || interval.high < 0.5) {
            verdict = interval.low > 0.5;
        }
        rows_.back()["right"] = verdict;
    }

    void add_means() {
        for (const auto& composition : compositions_) {
            add_row("all", composition, by_composition_.at(composition));
        }
    }

    const BenchOptions& options_;
    const GrammarBenchOptions& own_;
    std::vector<Motif> motifs_;
    std::unique_ptr<GrammarModel> model_;
    NeutralSequence neutral_;
    std::size_t length_;
    Composer composer_;
    std::set<std::string> repressors_;
    std::vector<Json> rows_;
    std::vector<std::string> compositions_;  ///< in the order they were asked
    std::map<std::string, std::vector<double>> by_composition_;
};

}  // namespace

int run_grammar_bench(const BenchOptions& options) {
    const Report report(options);
    const auto rows = GrammarBench(options).run();
    return report.finish("varhush bench grammar: " + options.model,
                         rows_text({"motif",
                                    "composition",
                                    "backgrounds",
                                    "value",
                                    "low",
                                    "high",
                                    "right",
                                    "mean_change",
                                    "unscored"},
                                   rows),
                         rows);
}

}  // namespace varhush::apps
