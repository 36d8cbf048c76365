#include "apps/bench/transcriptome.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <set>
#include <string_view>
#include <utility>

namespace varhush::apps {

namespace {

constexpr std::size_t kOrder = 8;
constexpr std::size_t kContexts = std::size_t{1} << (2 * kOrder);
constexpr std::string_view kLetters = "ACGT";

/// Random numbers that are the same with every standard library.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    double share() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }
    std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>(share() * static_cast<double>(bound));
    }
    /// A length whose logarithm is about normal.
    std::size_t length(double median, double spread) {
        const double normal = (share() + share() + share() - 1.5) * 2;
        return static_cast<std::size_t>(median * std::exp(spread * normal)) + 1;
    }
    /// 0, 1, 2, … with that mean.
    std::size_t geometric(double mean) {
        return static_cast<std::size_t>(std::log(1 - share()) / std::log(mean / (mean + 1)));
    }

  private:
    std::mt19937_64 engine_;
};

/// Letters of FASTA files in one string; whatever is no base stands as N.
std::string read_bases(const std::vector<std::string>& paths) {
    std::string bases;
    for (const std::string& path : paths) {
        io::TextReader reader(path);
        std::string line;
        while (reader.next(line)) {
            if (line.starts_with('>')) {
                bases += 'N';
                continue;
            }
            for (const char letter : line) {
                bases += letter == 'U' || letter == 'u' ? 'T' : seq::to_acgtn(letter);
            }
        }
    }
    return bases;
}

/// Which letter follows eight others.
class Chain {
  public:
    explicit Chain(const std::string& bases) : limits_(kContexts, {1, 2, 3, 4}) {
        std::size_t context = 0;
        std::size_t known = 0;
        for (const char letter : bases) {
            const std::size_t code = seq::base_code(letter);
            if (code > 3) {
                known = 0;
                continue;
            }
            if (known >= kOrder) {
                for (std::size_t i = code; i < 4; ++i) {
                    ++limits_[context][i];
                }
            }
            ++known;
            context = (context * 4 + code) % kContexts;
        }
    }

    void write(std::size_t length, Dice& dice, std::string& out) {
        for (std::size_t i = 0; i < length; ++i) {
            const auto& limits = limits_[context_];
            const auto drawn =
                static_cast<std::uint32_t>(dice.share() * static_cast<double>(limits[3]));
            std::size_t code = 0;
            while (drawn >= limits[code]) {
                ++code;
            }
            out += kLetters[code];
            context_ = (context_ * 4 + code) % kContexts;
        }
    }

  private:
    std::vector<std::array<std::uint32_t, 4>> limits_;  ///< running sums of counts
    std::size_t context_ = 0;
};

using Exons = std::vector<std::string>;

class Maker {
  public:
    explicit Maker(const TranscriptomeOptions& options)
        : options_(options),
          real_(read_bases(options.train)),
          chain_(real_),
          dice_(options.seed),
          out_(options.output, io::packing_for(options.output)) {
        if (real_.size() < kContexts) {
            throw Error(
                ErrorKind::kInput,
                "the sequence to learn from has only " + std::to_string(real_.size()) + " bases");
        }
    }

    void run() {
        while (written_ < options_.bases) {
            Exons exons = make_gene();
            write_isoforms(exons);
            if (earlier_.size() < kRemembered) {
                earlier_.push_back(std::move(exons));
            } else {
                earlier_[dice_.below(kRemembered)] = std::move(exons);
            }
        }
        out_.close();
        core::log(core::LogLevel::kInfo,
                  std::to_string(genes_) + " genes, " + std::to_string(transcripts_) +
                      " transcripts, " + std::to_string(written_) + " bases");
    }

  private:
    static constexpr std::size_t kRemembered = 2000;  ///< genes that may get a paralogue

    std::string make_exon(std::size_t length) {
        constexpr double kVerbatim = 0.2;
        if (dice_.share() < kVerbatim && length < real_.size()) {
            std::string piece = real_.substr(dice_.below(real_.size() - length), length);
            if (piece.find('N') == std::string::npos) {
                return piece;
            }
        }
        std::string bases;
        chain_.write(length, dice_, bases);
        return bases;
    }

    Exons make_gene() {
        constexpr double kParalogues = 0.125;
        if (!earlier_.empty() && dice_.share() < kParalogues) {
            Exons exons = earlier_[dice_.below(earlier_.size())];
            const double divergence = 0.02 + 0.23 * dice_.share();
            for (std::string& exon : exons) {
                for (char& base : exon) {
                    base = dice_.share() < divergence ? kLetters[dice_.below(4)] : base;
                }
            }
            return exons;
        }
        Exons exons{make_exon(dice_.length(200, 0.7))};
        for (std::size_t more = dice_.geometric(7); more > 0; --more) {
            exons.push_back(make_exon(dice_.length(130, 0.6)));
        }
        exons.push_back(make_exon(dice_.length(900, 1)));
        return exons;
    }

    void write_isoforms(const Exons& exons) {
        constexpr double kSkipped = 0.25;
        ++genes_;
        const std::size_t isoforms = 1 + dice_.geometric(3);
        std::set<std::vector<bool>> seen;
        for (std::size_t isoform = 0; isoform < isoforms; ++isoform) {
            std::vector<bool> kept(exons.size(), true);
            std::string bases;
            for (std::size_t i = 0; i < exons.size(); ++i) {
                const bool inner = i > 0 && i + 1 < exons.size();
                kept[i] = isoform == 0 || !inner || dice_.share() >= kSkipped;
                bases += kept[i] ? exons[i] : "";
            }
            if (!seen.insert(kept).second) {
                continue;
            }
            const std::size_t start = exons.front().size() / 2;
            const std::size_t end = bases.size() - exons.back().size() * 9 / 10;
            write(bases, isoform, start, std::max(end, start + 1));
        }
    }

    void write(const std::string& bases, std::size_t isoform, std::size_t start, std::size_t end) {
        constexpr std::size_t kLine = 80;
        const std::string gene = "G" + std::to_string(genes_);
        text_ = ">T" + std::to_string(++transcripts_) + "|" + gene + "|-|-|" + gene + "-" +
                std::to_string(isoform + 1) + "|" + gene + "|" + std::to_string(bases.size()) +
                "|CDS:" + std::to_string(start + 1) + "-" + std::to_string(end) + "|\n";
        for (std::size_t at = 0; at < bases.size(); at += kLine) {
            text_.append(bases, at, kLine);
            text_ += '\n';
        }
        out_.write(text_);
        written_ += bases.size();
    }

    const TranscriptomeOptions& options_;
    std::string real_;
    Chain chain_;
    Dice dice_;
    io::OutputFile out_;
    std::vector<Exons> earlier_;
    std::string text_;
    std::uint64_t genes_ = 0;
    std::uint64_t transcripts_ = 0;
    std::uint64_t written_ = 0;
};

}  // namespace

void write_transcriptome(const TranscriptomeOptions& options) {
    Maker(options).run();
}

}  // namespace varhush::apps
