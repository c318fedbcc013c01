"""Renders the templates of a file of cases with the Ansible that is installed, and writes what it gives beside them.

    python3 record-cases.py lookup-cases.json

NATIVE marks a value that is no text, ERROR a template that Ansible refuses, BASE the directory "beside".
"""
import json
import os
import sys
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

def plain(value):
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'beside')
path = sys.argv[1]
with open(path) as file:
    cases = json.load(file)
os.environ['PVEFLEET_TEST'] = 'from the environment'
os.environ['TZ'] = 'UTC'
for case in cases['cases']:
    loader = DataLoader()
    loader.set_basedir(here)
    templar = Templar(loader=loader, variables=json.loads(json.dumps(cases['variables'])))
    try:
        value = templar.template(case['template'])
        said = value if isinstance(value, str) else 'NATIVE ' + json.dumps(plain(value))
    except BaseException as error:
        said = 'ERROR ' + str(error).split('\n')[0][:160]
    case['ansible_2_14'] = said.replace(here, 'BASE')
with open(path, 'w') as file:
    json.dump(cases, file, indent=1, ensure_ascii=False)
    file.write('\n')
