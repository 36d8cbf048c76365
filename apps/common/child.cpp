#include "apps/common/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>

namespace varhush::apps {

namespace {

// A descriptor that is closed again; none below 0.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { reset(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int number() const { return number_; }
    void reset() {
        if (number_ >= 0) {
            close(number_);
            number_ = -1;
        }
    }

  private:
    int number_;
};

std::string read_to_end(int descriptor) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t got = read(descriptor, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

// A file without a name that holds `text`, at its start: unlike a pipe it takes any length at once.
int file_with(std::string_view text) {
    const int file = memfd_create("input", MFD_CLOEXEC);
    while (file >= 0 && !text.empty()) {
        const ssize_t written = write(file, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            close(file);
            return -1;
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    if (file >= 0) {
        lseek(file, 0, SEEK_SET);
    }
    return file;
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

void wait_for(pid_t child, ChildOutput& result) {
    int status = 0;
    rusage used{};
    while (wait4(child, &status, 0, &used) < 0) {
        if (errno != EINTR) {
            return;
        }
    }
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
    result.peak_bytes = static_cast<std::int64_t>(used.ru_maxrss) * 1024;
}

}  // namespace

std::vector<char*> as_argv(const std::vector<std::string>& words) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (const std::string& word : words) {
        pointers.push_back(const_cast<char*>(word.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

std::optional<ChildOutput> run_child(const std::string& program,
                                     const std::vector<std::string>& arguments,
                                     const std::optional<std::string>& input) {
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const Descriptor given(input ? file_with(*input) : -1);
    std::array<int, 2> ends{};
    if ((input && given.number() < 0) || pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::nullopt;
    }
    const Descriptor out(ends[0]);
    Descriptor its_end(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, its_end.number(), STDOUT_FILENO);
    if (input) {
        posix_spawn_file_actions_adddup2(&actions, given.number(), STDIN_FILENO);
    }
    const auto begin = std::chrono::steady_clock::now();
    pid_t child = 0;
    const int failed =
        posix_spawn(&child, program.c_str(), &actions, nullptr, as_argv(words).data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    its_end.reset();
    if (failed != 0) {
        return std::nullopt;
    }
    ChildOutput result;
    result.out = read_to_end(out.number());
    wait_for(child, result);
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

}  // namespace varhush::apps
