#include "varhush/models/side_by_side.hpp"

#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_native.hpp"

#include <algorithm>
#include <utility>

namespace varhush::models {
namespace {

using Networks = std::vector<std::unique_ptr<SequenceModel>>;

/// Where a network's channels of an output begin among all.
struct Channels {
    std::int32_t begin = 0;
    std::int32_t end = 0;
};

Channels channels_of(const Networks& networks, std::size_t part, OutputType output) {
    Channels found;
    for (std::size_t i = 0; i <= part; ++i) {
        found.begin = found.end;
        found.end += static_cast<std::int32_t>(networks[i]->config().channels(output));
    }
    return found;
}

/// Passes of the networks, each made when something of it is asked for.
class SideBySidePass final : public SequencePass {
  public:
    SideBySidePass(const Networks& networks, std::vector<std::uint8_t> codes, int organism)
        : networks_(networks),
          codes_(std::move(codes)),
          organism_(organism),
          passes_(networks.size()) {}

    SideBySidePass(const SideBySidePass& reference,
                   std::vector<std::uint8_t> codes,
                   std::vector<SharedStretch> shared)
        : networks_(reference.networks_),
          codes_(std::move(codes)),
          organism_(reference.organism_),
          reference_(&reference),
          shared_(std::move(shared)),
          passes_(networks_.size()) {}

    [[nodiscard]] std::int64_t length_bp() const override {
        return static_cast<std::int64_t>(codes_.size());
    }

    [[nodiscard]] std::vector<std::vector<float>> tracks(
        std::span<const TrackQuery> queries) override {
        std::vector<std::vector<float>> out(queries.size());
        std::vector<std::size_t> widths(queries.size());
        for (std::size_t i = 0; i < queries.size(); ++i) {
            std::size_t bins = 0;
            for (const PositionRange& range : queries[i].bins) {
                bins += static_cast<std::size_t>(range.end - range.begin);
            }
            widths[i] = queries[i].channels.size();
            if (queries[i].channels.empty()) {
                widths[i] = static_cast<std::size_t>(
                    channels_of(networks_, networks_.size() - 1, queries[i].output).end);
            }
            out[i].resize(bins * widths[i]);
        }
        std::vector<std::size_t> filled(queries.size());
        for (std::size_t part = 0; part < networks_.size(); ++part) {
            add_part(part, queries, widths, filled, out);
        }
        return out;
    }

    [[nodiscard]] std::vector<float> embeddings_1bp(
        std::span<const std::int64_t> positions) override {
        return pass(0).embeddings_1bp(positions);
    }

    [[nodiscard]] std::vector<float> contact_maps(PositionRange rows,
                                                  PositionRange columns,
                                                  std::span<const std::int32_t> channels) override {
        return pass(0).contact_maps(rows, columns, channels);
    }

  private:
    /// The channels of `query` that network `part` has, by its own numbers.
    [[nodiscard]] TrackQuery own_query(std::size_t part, const TrackQuery& query) const {
        const Channels range = channels_of(networks_, part, query.output);
        TrackQuery own = query;
        own.channels.clear();
        if (query.channels.empty()) {
            for (std::int32_t channel = range.begin; channel < range.end; ++channel) {
                own.channels.push_back(channel - range.begin);
            }
        }
        for (const std::int32_t channel : query.channels) {
            if (channel >= range.begin && channel < range.end) {
                own.channels.push_back(channel - range.begin);
            }
        }
        return own;
    }

    void add_part(std::size_t part,
                  std::span<const TrackQuery> queries,
                  const std::vector<std::size_t>& widths,
                  std::vector<std::size_t>& filled,
                  std::vector<std::vector<float>>& out) {
        std::vector<TrackQuery> own;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < queries.size(); ++i) {
            TrackQuery query = own_query(part, queries[i]);
            if (!query.channels.empty()) {
                own.push_back(std::move(query));
                places.push_back(i);
            }
        }
        if (own.empty()) {
            return;
        }
        const auto values = pass(part).tracks(own);
        for (std::size_t j = 0; j < own.size(); ++j) {
            const std::size_t i = places[j];
            const std::size_t width = own[j].channels.size();
            for (std::size_t bin = 0; bin * width < values[j].size(); ++bin) {
                std::copy_n(values[j].data() + bin * width,
                            width,
                            out[i].data() + bin * widths[i] + filled[i]);
            }
            filled[i] += width;
        }
    }

    // Lazily also of the reference of an edited sequence, which is why passes change when asked.
    SequencePass& pass(std::size_t part) const {
        auto& made = passes_[part];
        if (!made && reference_ != nullptr) {
            made = networks_[part]->run_edited(reference_->pass(part), codes_, shared_);
        } else if (!made) {
            made = networks_[part]->run(codes_, organism_);
        }
        return *made;
    }

    const Networks& networks_;
    std::vector<std::uint8_t> codes_;
    int organism_;
    const SideBySidePass* reference_ = nullptr;
    std::vector<SharedStretch> shared_;
    mutable std::vector<std::unique_ptr<SequencePass>> passes_;
};

class SideBySide final : public SequenceModel {
  public:
    SideBySide(Networks networks, const AlphaGenomeConfig& config)
        : networks_(std::move(networks)), config_(config) {}

    [[nodiscard]] const AlphaGenomeConfig& config() const override { return config_; }

    [[nodiscard]] std::unique_ptr<SequencePass> run(std::span<const std::uint8_t> codes,
                                                    int organism) override {
        return std::make_unique<SideBySidePass>(
            networks_, std::vector<std::uint8_t>(codes.begin(), codes.end()), organism);
    }

    [[nodiscard]] std::unique_ptr<SequencePass> run_edited(
        const SequencePass& reference,
        std::span<const std::uint8_t> codes,
        std::span<const SharedStretch> shared) override {
        const auto* pass = dynamic_cast<const SideBySidePass*>(&reference);
        VARHUSH_CHECK(pass != nullptr);
        return std::make_unique<SideBySidePass>(
            *pass,
            std::vector<std::uint8_t>(codes.begin(), codes.end()),
            std::vector<SharedStretch>(shared.begin(), shared.end()));
    }

    [[nodiscard]] JunctionCounts junctions(const SpliceSiteRows& sites,
                                           const SiteEmbeddings& embeddings,
                                           int organism,
                                           std::span<const std::int32_t> tissues) override {
        return networks_.front()->junctions(sites, embeddings, organism, tissues);
    }

    void trace(std::span<const std::uint8_t> codes,
               int organism,
               const SpliceSiteRows* sites,
               const ActivationTap& tap) override {
        networks_.front()->trace(codes, organism, sites, tap);
    }

  private:
    Networks networks_;
    AlphaGenomeConfig config_;
};

}  // namespace

std::unique_ptr<SequenceModel> make_side_by_side(const AlphaGenomeFile& file,
                                                 const MakeNetwork& make) {
    if (file.parts.empty()) {
        return make(file.file, file.config);
    }
    Networks networks;
    for (const AlphaGenomePart& part : file.parts) {
        networks.push_back(make(part.file, part.config));
    }
    return std::make_unique<SideBySide>(std::move(networks), file.config);
}

std::unique_ptr<SequenceModel> make_native_alphagenome(const AlphaGenomeFile& file, int threads) {
    return make_side_by_side(file,
                             [&](const nn::SafeTensors& weights, const AlphaGenomeConfig& config) {
                                 return make_native_alphagenome(weights, config, threads);
                             });
}

}  // namespace varhush::models
