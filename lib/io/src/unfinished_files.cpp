#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

// A signal handler may read this list at any moment, so it is a fixed array of atomics: no lock, no
// allocation. A path that is withdrawn while the handler runs is at worst unlinked once more.
namespace varhush::io {

namespace {

constexpr std::size_t kMostOpenFiles = 64;
std::array<std::atomic<char*>, kMostOpenFiles> g_unfinished{};

// A withdrawn path is kept, not freed: a handler on another thread may be reading it.
void retire(char* path) {
    static std::mutex mutex;
    static auto* const retired = new std::vector<char*>;
    const std::lock_guard lock(mutex);
    retired->push_back(path);
}

}  // namespace

void register_unfinished(const std::string& part_path) {
    char* copy = strdup(part_path.c_str());
    for (auto& slot : g_unfinished) {
        char* expected = nullptr;
        if (slot.compare_exchange_strong(expected, copy)) {
            return;
        }
    }
    free(copy);
    throw Error(ErrorKind::kOutput, part_path + ": too many output files are open at once");
}

void unregister_unfinished(const std::string& part_path) {
    for (auto& slot : g_unfinished) {
        char* held = slot.load();
        if (held != nullptr && part_path == held) {
            retire(held);
            slot.store(nullptr);
            return;
        }
    }
}

void remove_unfinished_files() noexcept {
    for (auto& slot : g_unfinished) {
        const char* path = slot.load();
        if (path != nullptr) {
            unlink(path);
        }
    }
}

}  // namespace varhush::io
