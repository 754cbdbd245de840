// Device support of strings that answer a command: asynOctetCmdResponse, whose link holds the
// command, and asynOctetWriteRead, whose link names the PV that holds it. Escapes like \r in the
// command are translated.
#pragma once

#include <string>
#include <vector>

#include <dbAccess.h>
#include <epicsString.h>

#include "records/octet.h"

std::string unescaped(const std::string &text);

// Writes command(), reads the answer into the record.
template <typename Text> class CommandDevice : public OctetDevice<Text>
{
  public:
    using OctetDevice<Text>::OctetDevice;

    bool initialize()
    {
        if (!OctetDevice<Text>::initialize(DrvInfo::text))
            return false;
        const std::string problem = use(linkText());
        if (!problem.empty())
            this->disable(problem);
        return problem.empty();
    }

  private:
    // Takes what stands in the link behind the parentheses; what is wrong with it, or nothing.
    virtual std::string use(const std::string &text) = 0;
    // At the port's turn. False and outcome_ set when there is none.
    virtual bool command(std::string &text) = 0;

    // Unlike a parameter's name with its trailing blanks: they are part of a command.
    std::string linkText() const
    {
        const std::string all = this->link_.value.instio.string;
        const size_t start = all.find_first_not_of(" \t", all.find(')') + 1);
        return start == std::string::npos ? std::string() : all.substr(start);
    }

    void perform() override
    {
        std::string text;
        if (command(text) && this->write(text) == asynSuccess)
            this->read();
    }
};

template <typename Text> class ResponseDevice : public CommandDevice<Text>
{
  public:
    using CommandDevice<Text>::CommandDevice;

  private:
    std::string use(const std::string &text) override
    {
        command_ = unescaped(text);
        return text.empty() ? "expected a command after the parentheses" : "";
    }

    bool command(std::string &text) override
    {
        text = command_;
        return true;
    }

    std::string command_;
};

template <typename Text> class WriteReadDevice : public CommandDevice<Text>
{
  public:
    using CommandDevice<Text>::CommandDevice;

  private:
    std::string use(const std::string &text) override
    {
        name_ = this->parsed_.drvInfo;
        return dbNameToAddr(name_.c_str(), &from_) == 0
                   ? ""
                   : "there is no PV \"" + text + "\" to take the command from";
    }

    bool command(std::string &text) override
    {
        // As a client reads it, one string; characters (a waveform, or VAL$) as far as they go.
        const bool characters = from_.field_type == DBF_CHAR || from_.field_type == DBF_UCHAR;
        std::vector<char> buffer(characters ? static_cast<size_t>(from_.no_elements) + 1
                                            : MAX_STRING_SIZE + 1);
        long count = characters ? from_.no_elements : 1;
        if (dbGet(&from_, characters ? DBR_CHAR : DBR_STRING, buffer.data(), nullptr, &count,
                  nullptr) != 0) {
            epicsSnprintf(this->user_->errorMessage,
                          static_cast<size_t>(this->user_->errorMessageSize),
                          "%s, which holds the command, cannot be read as a string", name_.c_str());
            this->outcome_.take(*this->user_, asynError);
            return false;
        }
        text = unescaped(buffer.data());
        return true;
    }

    std::string name_;
    DBADDR from_{};
};
