// A driver's parameters as a table: each has a name, a type and the variable that receives its
// index.
#pragma once

#include <vector>

#include <asynParamType.h>

struct asynParam {
    const char *name;
    asynParamType type;
    int *index;
};

class asynParamSet
{
  public:
    std::vector<asynParam> getParamDefinitions() { return definitions_; }

  protected:
    void add(const char *name, asynParamType type, int *index)
    {
        const asynParam definition = {name, type, index};
        definitions_.push_back(definition);
    }

  private:
    std::vector<asynParam> definitions_;
};
