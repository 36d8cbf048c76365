#include "apps/completion/script.hpp"

#include "varhush/core/error.hpp"

#include <sstream>

namespace varhush::apps {

namespace {

// For the inside of '…' in zsh and fish scripts.
std::string unquoted(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != '\'' && c != '\\') {
            out += c;
        }
    }
    return out;
}

std::string option_words(const CompletedCommand& command) {
    std::string words;
    for (const auto& option : command.options) {
        words += (words.empty() ? "" : " ") + option.name;
    }
    return words;
}

std::string bash_script(std::span<const CompletedCommand> commands) {
    std::string names;
    std::string cases;
    for (const auto& command : commands) {
        names += (names.empty() ? "" : " ") + command.name;
        cases += "        " + command.name + ") words='" + option_words(command) + "' ;;\n";
    }
    return "# bash completion for varhush; put it into /etc/bash_completion.d or source it\n"
           "_varhush() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} words=''\n"
           "    if [[ $COMP_CWORD -eq 1 ]]; then\n"
           "        COMPREPLY=($(compgen -W '" +
           names +
           " help' -- \"$word\"))\n"
           "        return\n"
           "    fi\n"
           "    case ${COMP_WORDS[1]} in\n"
           "        help) words='" +
           names + "' ;;\n" + cases +
           "    esac\n"
           "    if [[ $word == -* || ${COMP_WORDS[1]} == help ]]; then\n"
           "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
           "    fi\n"
           "}\n"
           "complete -o default -F _varhush varhush\n";
}

std::string zsh_script(std::span<const CompletedCommand> commands) {
    std::string table;
    std::string cases;
    for (const auto& command : commands) {
        table += "        '" + command.name + ":" + unquoted(command.summary) + "'\n";
        cases += "        " + command.name + ") options=(" + option_words(command) + ") ;;\n";
    }
    return "#compdef varhush\n"
           "_varhush() {\n"
           "    local -a commands options\n"
           "    commands=(\n" +
           table +
           "    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe command commands\n"
           "        return\n"
           "    fi\n"
           "    case ${words[2]} in\n" +
           cases +
           "    esac\n"
           "    if [[ $PREFIX == -* ]]; then\n"
           "        compadd -- $options\n"
           "    else\n"
           "        _files\n"
           "    fi\n"
           "}\n"
           "_varhush \"$@\"\n";
}

std::string fish_script(std::span<const CompletedCommand> commands) {
    std::string script = "# fish completion for varhush\n";
    for (const auto& command : commands) {
        script += "complete -c varhush -n __fish_use_subcommand -f -a " + command.name + " -d '" +
                  unquoted(command.summary) + "'\n";
        for (const auto& option : command.options) {
            const bool is_long = option.name.starts_with("--");
            script += "complete -c varhush -n '__fish_seen_subcommand_from " + command.name + "' " +
                      (is_long ? "-l '" + option.name.substr(2) : "-s '" + option.name.substr(1)) +
                      "' -d '" + unquoted(option.summary) + "'\n";
        }
    }
    return script;
}

}  // namespace

std::vector<CompletedOption> options_in_help(std::string_view help) {
    std::vector<CompletedOption> options;
    std::istringstream in{std::string(help)};
    for (std::string line; std::getline(in, line);) {
        const std::size_t dash = line.find_first_not_of(' ');
        if (dash == std::string::npos || dash == 0 || dash > 4 || line[dash] != '-') {
            continue;
        }
        const std::size_t end = line.find(' ', dash);
        const std::size_t gap = line.find("  ", dash);
        const std::size_t text =
            gap == std::string::npos ? std::string::npos : line.find_first_not_of(' ', gap);
        const std::string summary = text == std::string::npos ? "" : line.substr(text);
        std::istringstream names(line.substr(dash, end == std::string::npos ? end : end - dash));
        for (std::string name; std::getline(names, name, ',');) {
            options.push_back({name, summary});
        }
    }
    return options;
}

std::string completion_script(std::string_view shell, std::span<const CompletedCommand> commands) {
    if (shell == "bash") {
        return bash_script(commands);
    }
    if (shell == "zsh") {
        return zsh_script(commands);
    }
    if (shell == "fish") {
        return fish_script(commands);
    }
    throw Error(ErrorKind::kUsage,
                "no completion for '" + std::string(shell) + "'",
                "choose bash, zsh or fish");
}

}  // namespace varhush::apps
